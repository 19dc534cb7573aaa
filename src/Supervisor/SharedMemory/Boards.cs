using System.Collections.Concurrent;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>All boards and regions. The engine opens and closes; other threads read.</summary>
public sealed class Boards(TimeProvider time, IDescriptorHolder? holder = null) : IBoards, IBoardReader
{
    private readonly IDescriptorHolder _holder = holder ?? new NoDescriptorHolder();
    private readonly ConcurrentDictionary<InstanceName, BoardReading> _readings = new();
    private readonly Dictionary<RegionSpec, Region> _regions = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public IJobMemory Open(InstanceName name, bool board, Sequence<RegionSpec> regions) => new JobMemory(this, name, board, regions, time);

    /// <inheritdoc/>
    public BoardSnapshot? Read(InstanceName name) => _readings.TryGetValue(name, out var reading) ? reading.Read(JobMemory.Nanoseconds(time)) : null;

    /// <inheritdoc/>
    public IReadOnlyList<RegionUsage> Regions()
    {
        lock (_gate)
        {
            return [.. _regions.Values.Select(region => region.Usage()).OrderBy(usage => usage.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Keeps boards and regions for the image after this one.</summary>
    internal IDescriptorHolder Holder => _holder;

    /// <summary>Readers may read a board from now on.</summary>
    internal void Show(InstanceName name, BoardReading reading) => _readings[name] = reading;

    /// <summary>They no longer may.</summary>
    internal void Hide(InstanceName name, BoardReading reading) => _readings.TryRemove(new(name, reading));

    /// <summary>The region of that name and size, held by one user more; made with the first.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors or no memory left.</exception>
    internal Region Hold(InstanceName user, RegionSpec spec)
    {
        lock (_gate)
        {
            var region = _regions.TryGetValue(spec, out var known) ? known : _regions[spec] = new(spec, _holder);
            region.Add(user);
            return region;
        }
    }

    /// <summary>One user less; the region goes with the last.</summary>
    internal void GiveBack(InstanceName user, Region region)
    {
        lock (_gate)
        {
            if (region.Remove(user))
            {
                _regions.Remove(region.Spec);
                region.Dispose();
            }
        }
    }
}
