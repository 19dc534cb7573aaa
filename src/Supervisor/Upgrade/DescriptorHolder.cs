using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Upgrade;

/// <summary>Knows by name what shall outlive this image, and what the image before has left.</summary>
/// <param name="left">Descriptors of the image before, by name.</param>
/// <param name="store">Where they outlive a crash; null: they do not.</param>
public sealed class DescriptorHolder(IReadOnlyDictionary<string, int> left, IDescriptorStore? store = null) : IDescriptorHolder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _left = new(left);
    private readonly Dictionary<string, int> _held = [];
    private readonly List<string> _released = [];

    // A pidfd is the one thing by which the end of a process can still be known: it stays stored until that end is in the record.
    private const string Lasting = "process/";

    /// <summary>All that is held, by name: what the next image gets.</summary>
    public IReadOnlyDictionary<string, int> Held
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, int>(_held);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Left
    {
        get
        {
            lock (_gate)
            {
                return [.. _left.Keys];
            }
        }
    }

    /// <inheritdoc/>
    public int? Take(string name)
    {
        lock (_gate)
        {
            if (!_left.Remove(name, out var descriptor))
            {
                return null;
            }

            // Close-on-exec goes off for the exec of an upgrade only: nobody else may inherit it.
            return fcntl_h.fcntl(descriptor, fcntl_h.F_SETFD, fcntl_h.FD_CLOEXEC) == 0 ? descriptor : null;
        }
    }

    /// <inheritdoc/>
    public void Hold(string name, int descriptor, bool overCrash = true)
    {
        lock (_gate)
        {
            _held[name] = descriptor;
        }

        if (overCrash)
        {
            store?.Store(name, descriptor);
        }
    }

    /// <inheritdoc/>
    public void Release(string name)
    {
        lock (_gate)
        {
            if (!_held.Remove(name))
            {
                return;
            }
        }

        if (store is not null && name.StartsWith(Lasting, StringComparison.Ordinal))
        {
            lock (_gate)
            {
                _released.Add(name);
            }
        }
        else
        {
            store?.Remove(name);
        }
    }

    /// <summary>Names that were released since the last call, and are stored yet.</summary>
    public IReadOnlyList<string> TakeReleased()
    {
        lock (_gate)
        {
            if (_released.Count == 0)
            {
                return [];
            }

            string[] released = [.. _released];
            _released.Clear();
            return released;
        }
    }

    /// <summary>The record knows by now what those names were kept for.</summary>
    public void RemoveFromStore(IReadOnlyList<string> released)
    {
        foreach (var name in released)
        {
            store?.Remove(name);
        }
    }

    /// <summary>Adds something that the life before has left; false: there is something of that name.</summary>
    public bool TryLeave(string name, int descriptor)
    {
        lock (_gate)
        {
            return _left.TryAdd(name, descriptor);
        }
    }

    /// <summary>An orderly end: nothing is to outlive it.</summary>
    public void ClearStore()
    {
        RemoveFromStore(TakeReleased());
        foreach (var name in Held.Keys.Concat(Left))
        {
            store?.Remove(name);
        }
    }

    /// <summary>Closes what nobody has taken; how many that were.</summary>
    public int CloseTheRest()
    {
        lock (_gate)
        {
            foreach (var (name, descriptor) in _left)
            {
                _ = unistd_h.close(descriptor);
                store?.Remove(name);
            }

            var count = _left.Count;
            _left.Clear();
            return count;
        }
    }
}
