using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.SharedMemory;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.SharedMemory;

/// <summary>A real board, and a second mapping of it as a job has one.</summary>
internal sealed unsafe class BoardPage : IDisposable
{
    private readonly Mapping _mapping;

    public BoardPage(InstanceName? name = null)
    {
        Name = name ?? new("web");
        Memory = Boards.Open(Name, board: true, []);
        Memory.BeginAttempt();
        Descriptor = Memory.Descriptors[0].Descriptor;
        _mapping = Mapping.OfFile(Descriptor, BoardLayout.Size);
    }

    public InstanceName Name { get; }

    public Boards Boards { get; } = new(TimeProvider.System);

    public IJobMemory Memory { get; }

    public int Descriptor { get; }

    public Span<byte> Bytes => new(_mapping.Address, BoardLayout.Size);

    public BoardSnapshot Read() => Boards.Read(Name)!;

    public void Write(int offset, uint value) => *(uint*)(_mapping.Address + offset) = value;

    public void Write(int offset, ulong value) => *(ulong*)(_mapping.Address + offset) = value;

    public uint U32(int offset) => *(uint*)(_mapping.Address + offset);

    public ulong U64(int offset) => *(ulong*)(_mapping.Address + offset);

    public void WriteStatus(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Bytes[BoardLayout.StatusText..]);
        Write(BoardLayout.StatusLength, (uint)text.Length);
        Write(BoardLayout.StatusSequence, 2u);
    }

    public void WriteCounter(int index, string name, uint kind, ulong value)
    {
        var entry = BoardLayout.Counters + (index * BoardLayout.CounterSize);
        System.Text.Encoding.ASCII.GetBytes(name, Bytes[(entry + BoardLayout.CounterName)..]);
        Write(entry + BoardLayout.CounterValue, value);
        Write(entry + BoardLayout.CounterKind, kind);
    }

    public void Dispose()
    {
        _mapping.Dispose();
        Memory.Close();
    }
}
