using System.Collections.Concurrent;
using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

// What readers see of it.
public sealed partial class EngineLoop
{
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
        if (state == _state && !_changed && !_table.All.Any(slot => slot.Changed))
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
    private bool HasBooted() => _mayStart && _table.All.All(slot => slot.State.Phase is not (Phase.Preparing or Phase.Spawning) || slot.State.Attempt > 1);

    private SupervisorSnapshot MakeSnapshot()
    {
        var instances = ImmutableArray.CreateBuilder<InstanceSnapshot>(_table.All.Count);
        foreach (var slot in _table.All)
        {
            if (slot.Changed || slot.Published is null)
            {
                slot.Published = Publisher.Of(slot);
                slot.Changed = false;
            }

            instances.Add(slot.Published);
        }

        return new()
        {
            State = _state,
            Started = _started,
            Instances = instances.MoveToImmutable(),
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
