using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

// How the engine comes to rest for another image of the supervisor, and goes on where an earlier one has stopped.
public sealed partial class EngineLoop
{
    private sealed record LookedAt(TaskCompletionSource<World> Answer) : EngineFact;

    private sealed record RestAsked(bool Final, TaskCompletionSource<RestResult> Answer) : EngineFact;

    private sealed record Thawed : EngineFact;

    private sealed record ErrandAsked(Errand Errand, TaskCompletionSource<ErrandResult> Answer) : EngineFact;

    private readonly World? _left;
    private readonly bool _afterCrash;
    private IReadOnlyList<JobSlot>? _recorded;
    private RestAsked? _restAsked;
    private bool _closed;
    private volatile bool _frozen;
    private volatile bool _thaw;
    private volatile bool _stopAsked;

    /// <summary>How often the image has been exchanged.</summary>
    public int Upgrades { get; private set; }

    /// <summary>Hears of every instance whose state has changed, on the engine thread after its publication; null: nobody keeps a record.</summary>
    public IWorldRecord? Record { get; set; }

    /// <summary>Whether somebody has asked for the end: an upgrade must not swallow that.</summary>
    public bool IsStopAsked => _stopAsked;

    /// <summary>Runs a program that belongs to no job, to its end.</summary>
    public Task<ErrandResult> Run(Errand errand)
    {
        var answer = new TaskCompletionSource<ErrandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new ErrandAsked(errand, answer));
        return answer.Task;
    }

    /// <summary>What is known at this moment.</summary>
    public Task<World> Look()
    {
        var answer = new TaskCompletionSource<World>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new LookedAt(answer));
        return answer.Task;
    }

    /// <summary>
    /// Answers when no operation is under way whose later steps only the engine's memory has (a restart, an apply); none is begun from then on. Refused
    /// when the supervisor is stopping.
    /// </summary>
    /// <param name="final">Whether it also comes to rest now: nothing is handled any more until <see cref="Thaw"/>, and whoever waits for an operation is told.</param>
    public Task<RestResult> Rest(bool final)
    {
        var answer = new TaskCompletionSource<RestResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new RestAsked(final, answer));
        return answer.Task;
    }

    /// <summary>The upgrade did not take place, or is no longer waited for: everything goes on.</summary>
    public void Thaw()
    {
        _thaw = true;
        Post(new Thawed());
    }

    /// <summary>Takes over what the image before this one has left, instead of <see cref="Boot"/>. Before <see cref="Run"/>.</summary>
    private void GoOn(World left)
    {
        _story.GoOn(left.Sequence);
        _runner.GoOn(left);
        _restarts.GoOn(left.RestartTurns, left.RestartsHeldBack);
        (_orphans, Upgrades) = (left.OrphansReaped, left.Upgrades);
        var known = left.Instances.ToDictionary(instance => instance.Name);
        var lost = _afterCrash ? _processes.FindLost() : [];
        foreach (var slot in _table.All)
        {
            // A killed supervisor may have had no time to write down that it started something for the first time.
            var instance = known.GetValueOrDefault(slot.Name) ?? (_afterCrash ? new() { Name = slot.Name, State = JobState.Initial } : null);
            if (instance is not null)
            {
                // Who hands over knows all: a start that he had not made yet is made by us. Only a killed one leaves something to find out.
                GoOn(slot, _afterCrash ? _owed.WithJournal(_runner.Recover(slot, instance, lost)) : instance);
                _schedules.GoOn(slot, instance.Timer);
            }
        }

        // A hook that had been begun runs to its end, whoever knows of it.
        _runner.EndUnknown([.. lost.Where(process => process.Role != "cleanup" || !_owed.IsOwed(process.InvocationId))]);
        foreach (var slot in _table.All.Where(slot => slot.State.Phase is Phase.Waiting || slot.StopOrdered is not null))
        {
            _dependencies.Moved(slot, Phase.Waiting);
        }

        foreach (var slot in _table.All.Where(slot => slot.ComesBack && (slot.State.Goal is Goal.Down || slot.StopOrdered is not null)))
        {
            _story.Tell(slot, StoryLevel.Information, "its restart was cut short by the end of the supervisor before: it goes on", _clock.Now);
            _dependencies.Start(slot, byHand: true, run: slot.Spec.Start is Specs.StartMode.OnDemand);
        }

        foreach (var slot in _table.All.Where(slot => !known.ContainsKey(slot.Name) && slot.State == JobState.Initial && slot.Spec.Start is Specs.StartMode.Auto))
        {
            _dependencies.Start(slot, byHand: false);
        }
    }

    private void GoOn(JobSlot slot, InstanceWorld instance)
    {
        // A hook whose start was not made, and one whose process nobody knows: the journal and the mark tell whether it was started.
        if (instance.State is { Phase: Phase.Cleaning, Cleanup: { } owed } && !OwedRecovery.HasHook(instance) && (_afterCrash || instance.Steps.IsEmpty || _owed.IsOwed(owed.Id)))
        {
            _runner.GoOn(slot, _owed.WithJournal(instance));
            _owed.Await(slot);
        }
        else
        {
            _runner.GoOn(slot, instance);
        }
    }

    // Before what has changed is published: that forgets what has.
    private void KeepRecord()
    {
        if (Record is { } record)
        {
            var isSame = ReferenceEquals(_recorded, _table.All);
            _recorded = _table.All;
            record.Changed(
                [.. (isSame ? _unpublished.Where(_table.Has) : _table.All).Select(slot => slot.World)],
                isSame ? null : [.. _table.All.Select(slot => slot.Name)],
                _reconfiguration.Spec.Text,
                _story.Sequence);
        }
    }

    private void AskRest(RestAsked asked)
    {
        _restAsked?.Answer.TrySetResult(new(null, "another upgrade has been asked for"));
        _restAsked = asked;
        _closed = true;
    }

    private void AnswerRest()
    {
        if (_restAsked is not { } asked)
        {
            return;
        }

        if (_shutdown.IsOn)
        {
            (_restAsked, _closed) = (null, false);
            asked.Answer.SetResult(new(null, "the supervisor is stopping"));
        }
        else if (_operations.UnderWay() is { } name)
        {
            if (asked.Final)
            {
                (_restAsked, _closed) = (null, false);
                asked.Answer.SetResult(new(null, $"{name} is under way"));
            }
        }
        // What is owed must be on disk before this image goes; what a supervisor before it owed itself is run first.
        else if (_inbox.IsEmpty && _owed.LetsStart && _table.All.All(slot => slot.JournalTicket == 0))
        {
            _restAsked = null;
            if (asked.Final)
            {
                _operations.Interrupt();
                _operations.Deliver();
                _frozen = true;
            }

            asked.Answer.SetResult(new(WorldNow(), null));
        }
    }

    // Nobody turns any more: who asks now shall not wait for ever.
    private void RefuseTheRest()
    {
        while (_inbox.TryDequeue(out var fact))
        {
            if (fact is Asked asked)
            {
                asked.Answer.TrySetResult(new(OperationOutcome.Refused, "the supervisor has stopped", []));
            }
        }
    }

    private void ThawIfAsked()
    {
        if (_thaw)
        {
            (_thaw, _frozen, _closed) = (false, false, false);
            _restAsked?.Answer.TrySetResult(new(null, _operations.UnderWay() is { } name ? $"{name} has been under way for too long" : "it was called off"));
            _restAsked = null;
        }
    }

    private World WorldNow() => new()
    {
        Started = _started,
        Sequence = _story.Sequence,
        LastSpawn = _runner.LastSpawn,
        OrphansReaped = _orphans,
        LateFacts = _runner.LateFacts,
        Spawns = _runner.Spawns,
        SpawnTime = _runner.SpawnTime,
        RestartTurns = [.. _restarts.Turns],
        RestartsHeldBack = _restarts.HeldBack,
        Upgrades = Upgrades,
        Instances = [.. _table.All.Select(slot => slot.World)],
    };
}

/// <summary>Whether the engine could come to rest.</summary>
/// <param name="World">What it knew when it did; null: it could not.</param>
/// <param name="Refusal">Why not, in words.</param>
public sealed record RestResult(World? World, string? Refusal);

/// <summary>Keeps a record of the world for the time after a crash. Called on the engine thread: takes references and returns.</summary>
public interface IWorldRecord
{
    /// <summary>Instances have changed, or the set of them has.</summary>
    /// <param name="instances">Those that changed.</param>
    /// <param name="all">Names of all that there are, in order; null: the set is the same.</param>
    /// <param name="text">The configuration in force.</param>
    /// <param name="sequence">Number of the newest event.</param>
    void Changed(ImmutableArray<InstanceWorld> instances, ImmutableArray<Specs.InstanceName>? all, Specs.ConfigurationText? text, long sequence);
}
