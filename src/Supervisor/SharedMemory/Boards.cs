using System.Collections.Concurrent;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>All boards and regions. The engine opens and closes; other threads read.</summary>
public sealed class Boards(TimeProvider time) : IBoards, IBoardReader
{
    private readonly ConcurrentDictionary<InstanceName, BoardReading> _readings = new();
    private readonly Dictionary<RegionSpec, Region> _regions = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public IJobMemory Open(InstanceName name, bool board, Sequence<RegionSpec> regions)
    {
        var held = new List<Region>(regions.Count);
        try
        {
            foreach (var region in regions)
            {
                held.Add(Hold(name, region));
            }

            var own = board ? new Board(name) : null;
            if (own is not null)
            {
                _readings[name] = own.Reader;
            }

            return new JobMemory(name, own, held, time, Close);
        }
        catch (ErrnoException)
        {
            held.ForEach(region => GiveBack(name, region));
            throw;
        }
    }

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

    private void Close(JobMemory memory)
    {
        if (memory.Board is { } board)
        {
            _readings.TryRemove(new(memory.Name, board.Reader));
            board.Dispose();
        }

        foreach (var region in memory.Regions)
        {
            GiveBack(memory.Name, region);
        }
    }

    private Region Hold(InstanceName user, RegionSpec spec)
    {
        lock (_gate)
        {
            var region = _regions.TryGetValue(spec, out var known) ? known : _regions[spec] = new(spec);
            region.Add(user);
            return region;
        }
    }

    private void GiveBack(InstanceName user, Region region)
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
