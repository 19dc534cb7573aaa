using System.Collections.Concurrent;
using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

// What readers see of it.
public sealed partial class EngineLoop
{
    // A turn of an engine with thousands of instances is about a few of them: nothing here goes through all of them for that.
    private readonly List<JobSlot> _unpublished = [];
    private IReadOnlyList<JobSlot>? _shown;
    private InstanceSnapshot[] _instances = [];
    private int _bootedUpTo;

    private void Publish()
    {
        if (_countStrays && _inbox.IsEmpty)
        {
            _countStrays = false;
            _strays = _processes.StrayCount();
        }

        // A deadline may end the shutdown without touching any job.
        var state = _shutdown.IsOver ? SupervisorState.Stopped
            : _shutdown.IsOn ? SupervisorState.Stopping
            : _booted.Task.IsCompleted || HasBooted() ? SupervisorState.Running : SupervisorState.Starting;
        if (state == _state && !_changed && _unpublished.Count == 0)
        {
            return;
        }

        (_changed, _state) = (false, state);
        KeepRecord();
        Volatile.Write(ref _snapshot, MakeSnapshot());
        Published?.Invoke();
        if (_state is not SupervisorState.Starting)
        {
            _booted.TrySetResult();
        }
    }

    // A job that waits for another counts as started: its turn comes when the other one is there, however long that takes.
    private bool HasBooted()
    {
        if (!_mayStart)
        {
            return false;
        }

        // Who is under way at the place reached last is, mostly, still under way.
        var all = _table.All;
        while (_bootedUpTo < all.Count && IsStarted(all[_bootedUpTo]))
        {
            _bootedUpTo++;
        }

        // One that waited when it was passed may be under way now.
        return _bootedUpTo >= all.Count && (all.All(IsStarted) || GoBack());
    }

    private bool GoBack()
    {
        _bootedUpTo = 0;
        return false;
    }

    private static bool IsStarted(JobSlot slot) => slot.State.Phase is not (Phase.Preparing or Phase.Spawning) || slot.State.Attempt > 1;

    private SupervisorSnapshot MakeSnapshot()
    {
        if (!ReferenceEquals(_shown, _table.All))
        {
            _shown = _table.All;
            _instances = new InstanceSnapshot[_shown.Count];
            _unpublished.Clear();
            _unpublished.AddRange(_shown);
        }

        foreach (var slot in _unpublished)
        {
            if (!_table.Has(slot))
            {
                continue;
            }

            slot.Published = slot.Changed || slot.Published is null ? Publisher.Of(slot) : slot.Published;
            slot.Changed = false;
            _instances[slot.Place] = slot.Published;
        }

        _unpublished.Clear();
        return new()
        {
            State = _state,
            Started = _started,
            Instances = [.. _instances],
            Spec = _reconfiguration.Spec,
            OrphansReaped = _orphans,
            LateFacts = _runner.LateFacts,
            Strays = _strays,
            Spawns = _runner.Spawns,
            SpawnTime = _runner.SpawnTime,
            RestartsHeldBack = _restarts.HeldBack,
            LastSequence = _story.Sequence,
            Upgrades = Upgrades,
        };
    }
}
