using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Readiness;

/// <summary>
/// Descriptors that a job has left with us (FDSTORE=1), at most so many. Filled on the pool, read on the engine thread: what is read is replaced as a
/// whole. A descriptor whose other side has gone (POLLHUP, POLLERR) is closed when the store is next looked at, unless FDPOLL=0 came with it. What is
/// stored is held for the image of the supervisor that may come after this one.
/// </summary>
internal sealed unsafe class DescriptorStore : IDisposable
{
    // FDNAME of sd_notify(3).
    private const int LongestName = 255;
    private const char IsPolled = 'p';
    private const char IsKept = 'k';

    private readonly record struct Entry(SafeFileHandle Handle, string Name, bool Polls, string HeldAs);

    private readonly Lock _gate = new();
    private readonly int _most;
    private readonly IDescriptorHolder _holder;
    private readonly string _prefix;
    private List<Entry> _entries = [];
    private int _last;

    /// <summary>A store with what the life before has left in it.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="most">How many descriptors it takes.</param>
    /// <param name="holder">Holds them.</param>
    public DescriptorStore(InstanceName name, int most, IDescriptorHolder holder)
    {
        (_most, _holder, _prefix) = (most, holder, $"store/{name}/");
        foreach (var left in holder.Left.Where(left => left.StartsWith(_prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            // NUMBER, how it is looked after, NAME
            if (left[_prefix.Length..].Split('/', 2) is [[.., var kind], var given] && holder.Take(left) is { } descriptor)
            {
                _ = Add(descriptor, given, kind == IsPolled);
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _entries).Count;

    /// <summary>What the next process is handed.</summary>
    public Sequence<StoredDescriptor> Stored
    {
        get
        {
            lock (_gate)
            {
                CloseDead();
                return _entries.Select(entry => new StoredDescriptor((int)entry.Handle.DangerousGetHandle(), entry.Name)).ToSequence();
            }
        }
    }

    /// <summary>Takes a descriptor over; whether it is ours now (one that we have already is closed, and counts as kept).</summary>
    public bool Add(int descriptor, string name, bool polls)
    {
        lock (_gate)
        {
            CloseDead();
            if (_entries.Exists(entry => IsSame((int)entry.Handle.DangerousGetHandle(), descriptor)))
            {
                _ = LibC.close(descriptor);
                return true;
            }

            if (_entries.Count >= _most || DescriptorReserve.IsTouchedBy(descriptor, 1))
            {
                _ = LibC.close(descriptor);
                return false;
            }

            var heldAs = $"{_prefix}{++_last:D6}{(polls ? IsPolled : IsKept)}/{name}";
            Volatile.Write(ref _entries, [.. _entries, new(new(descriptor, ownsHandle: true), name, polls, heldAs)]);
            if (heldAs.Length <= LongestName)
            {
                _holder.Hold(heldAs, descriptor);
            }

            return true;
        }
    }

    /// <summary>Closes those of a name.</summary>
    public void Remove(string name) => Keep(entry => entry.Name != name);

    /// <summary>Closes all.</summary>
    public void Clear() => Keep(_ => false);

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Keep(Func<Entry, bool> keep)
    {
        lock (_gate)
        {
            var gone = _entries.Where(entry => !keep(entry)).ToList();
            Volatile.Write(ref _entries, _entries.Where(keep).ToList());
            gone.ForEach(Close);
        }
    }

    private void CloseDead()
    {
        if (_entries.Exists(IsDead))
        {
            var gone = _entries.Where(IsDead).ToList();
            Volatile.Write(ref _entries, _entries.Except(gone).ToList());
            gone.ForEach(Close);
        }
    }

    private void Close(Entry entry)
    {
        _holder.Release(entry.HeldAs);
        entry.Handle.Dispose();
    }

    private static bool IsDead(Entry entry)
    {
        var poll = new pollfd { fd = (int)entry.Handle.DangerousGetHandle() };
        return entry.Polls && LibC.poll(&poll, 1, 0) > 0 && (poll.revents & (LibC.POLLHUP | LibC.POLLERR)) != 0;
    }

    // The same open file, not only the same inode: two connections to one socket are two.
    private static bool IsSame(int a, int b)
    {
        var self = Environment.ProcessId;
        var order = unistd_h.syscall(SystemCallNumbers.SYS_kcmp, self, self, unistd_h.KCMP_FILE, a, b);
        return order == 0;
    }
}
