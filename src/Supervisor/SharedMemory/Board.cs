using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>
/// The supervisor's side of one state board: it writes its own part and never believes what it finds there. One writer (the engine thread); readers on
/// other threads borrow the mapping.
/// </summary>
internal sealed unsafe class Board : IDisposable
{
    private readonly Mapping _mapping;
    private readonly InstanceName _name;
    private readonly IDescriptorHolder _holder;
    private uint _sequence;

    /// <summary>
    /// Makes a board: the page is taken from the kernel with the first write, which is the first attempt's. Or goes on with the one that the image before
    /// this one has left.
    /// </summary>
    /// <exception cref="ErrnoException">No descriptors or no memory left.</exception>
    public Board(InstanceName name, IDescriptorHolder holder)
    {
        (_name, _holder) = (name, holder);
        var left = holder.Take(HolderNameOf(name));
        File = left is { } descriptor ? new(descriptor, ownsHandle: true) : SealedMemory.Create($"supervisor-board:{name}", BoardLayout.Size);
        try
        {
            _mapping = Mapping.OfFile((int)File.DangerousGetHandle(), BoardLayout.Size);
        }
        catch
        {
            File.Dispose();
            throw;
        }

        if (left is not null)
        {
            // Even again, also when the one before was ended in the middle of writing.
            _sequence = (Volatile.Read(ref Field<uint>(BoardLayout.SupervisorSequence)) + 1) & ~1u;
        }

        Reader = new(_mapping);
        holder.Hold(HolderNameOf(name), (int)File.DangerousGetHandle());
    }

    /// <summary>Name under which the board of an instance is held.</summary>
    public static string HolderNameOf(InstanceName name) => $"board/{name}";

    /// <summary>What the job inherits.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The side that other threads read.</summary>
    public BoardReading Reader { get; }

    /// <summary>The heartbeat as it stands.</summary>
    public ulong Heartbeat => Volatile.Read(ref *(ulong*)(_mapping.Address + BoardLayout.Heartbeat));

    /// <summary>
    /// An attempt begins: header and the supervisor's part as they shall be, whatever a job has made of them; the job's part is cleared, apart from
    /// its own bytes.
    /// </summary>
    public void BeginAttempt()
    {
        var page = new Span<byte>(_mapping.Address, BoardLayout.Size);
        page[BoardLayout.Heartbeat..BoardLayout.JobBytes].Clear();
        page[(BoardLayout.JobBytes + BoardLayout.JobBytesSize)..].Clear();
        page[..BoardLayout.SupervisorSequence].Clear();
        Field<uint>(BoardLayout.Version) = BoardLayout.AbiVersion;
        Field<uint>(BoardLayout.TotalSize) = BoardLayout.Size;
        Field<ulong>(BoardLayout.Magic) = BoardLayout.MagicValue;
    }

    /// <summary>Writes the supervisor's part.</summary>
    public void Publish(in BoardFacts facts, long monotonic)
    {
        Volatile.Write(ref Field<uint>(BoardLayout.SupervisorSequence), ++_sequence);
        Volatile.WriteBarrier();
        var deadline = facts.KillIn is { } time ? monotonic + Math.Max(0, time.Ticks * 100) : 0;
        Volatile.Write(ref Field<ulong>(BoardLayout.StopDeadline), (ulong)deadline);
        Field<ulong>(BoardLayout.StartTime) = facts.Started is { } started ? (ulong)(started - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;
        Field<uint>(BoardLayout.Pid) = (uint)(facts.Pid ?? 0);
        Field<uint>(BoardLayout.Attempt) = (uint)facts.Attempt;
        Field<uint>(BoardLayout.Instance) = (uint)_name.Index;
        Field<uint>(BoardLayout.Restarts) = (uint)facts.Restarts;
        Field<uint>(BoardLayout.Reloads) = (uint)facts.Reloads;
        Field<uint>(BoardLayout.LastExitCause) = facts.LastExit is { } exit ? NumberOf(exit.Cause) : 0;
        Field<int>(BoardLayout.LastExitCode) = facts.LastExit?.Status?.Code ?? -1;
        Field<int>(BoardLayout.LastExitSignal) = facts.LastExit?.Status?.Signal?.Number ?? 0;
        WriteName();
        // Last, so that who sees the goal sees the deadline that belongs to it.
        Volatile.Write(ref Field<uint>(BoardLayout.Goal), (uint)facts.Goal);
        Volatile.Write(ref Field<uint>(BoardLayout.SupervisorSequence), ++_sequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _holder.Release(HolderNameOf(_name));
        _mapping.Dispose();
        File.Dispose();
    }

    private static uint NumberOf(ExitCause cause) => cause switch
    {
        ExitCause.Exited => 1,
        ExitCause.Signal => 2,
        ExitCause.Core => 3,
        ExitCause.SpawnFailed => 4,
        ExitCause.StartTimeout => 5,
        ExitCause.StopTimeout => 6,
        ExitCause.Watchdog => 7,
        ExitCause.Unhealthy => 11,
        ExitCause.RuntimeLimit => 8,
        ExitCause.Killed => 9,
        _ => 10,
    };

    private void WriteName()
    {
        var target = new Span<byte>(_mapping.Address + BoardLayout.JobName, BoardLayout.JobNameSize);
        // Whole characters only; the last byte stays NUL.
        Encoding.UTF8.GetEncoder().Convert(_name.Job, target[..^1], flush: true, out _, out var length, out _);
        target[length..].Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T Field<T>(int offset)
        where T : unmanaged => ref *(T*)(_mapping.Address + offset);
}
