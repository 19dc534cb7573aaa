using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

// Goes on where another image of the supervisor has stopped.
internal sealed partial class JobRunner
{
    /// <summary>The counters of the image before this one.</summary>
    public void GoOn(World world) => (_lastSpawn, LateFacts, Spawns, SpawnTime) = (world.LastSpawn, world.LateFacts, world.Spawns, world.SpawnTime);

    private readonly TakenProcesses _taken = new();

    /// <summary>Number of the newest start.</summary>
    public long LastSpawn => _lastSpawn;

    /// <summary>Takes over one instance: its processes, its log and memory, and whatever was asked for and had not been done.</summary>
    public void GoOn(JobSlot slot, InstanceWorld world) => Guard(slot, world, (_, left) => GoOnUnguarded(slot, left));

    /// <summary>
    /// What a killed supervisor had no time to write down: a main process that is found, of a later attempt than the record knows, tells what must have
    /// happened meanwhile.
    /// </summary>
    public InstanceWorld Recover(JobSlot slot, InstanceWorld world, IReadOnlyList<HeldProcess> lost)
    {
        var mains = lost.Where(process => process.Owner == slot.Name && process.Role == "main").OrderBy(process => process.Attempt).ThenBy(process => process.StartTime).ToList();
        var newest = mains.LastOrDefault(process => process.Attempt >= world.State.Attempt);
        // Of several with its id the first is the main process; the others it has started.
        newest = mains.Find(process => process.InvocationId == newest?.InvocationId);
        if (newest is null && world.State.Phase is Phase.Spawning)
        {
            return world with { State = Recovery.NeverSeen(world.State, slot.Spec, clock.Now) };
        }

        if (newest is null || newest.Pid == world.Main?.Pid || !Guid.TryParse(newest.InvocationId, out var invocation))
        {
            return world;
        }

        var state = Recovery.CatchUp(world.State, newest.Attempt, invocation, newest.Pid, slot.Spec, clock.Now, attempt => EndOf(attempt, world, mains));
        if (state is null)
        {
            return world;
        }

        _taken.Add(newest);
        return world with
        {
            State = state,
            Main = newest.SpawnId > 0 ? newest : newest with { SpawnId = ++_lastSpawn },
            Steps = [],
            LoggedAttempt = newest.Attempt,
            HasLog = true,
            HasMemory = slot.Spec.Board || slot.Spec.Regions.Count > 0,
        };
    }

    /// <summary>Ends what was found and belongs to nothing that is known: a step that was just starting, a job that is gone.</summary>
    public void EndUnknown(IReadOnlyList<HeldProcess> lost)
    {
        foreach (var process in lost.Where(process => !_taken.Contains(process.Pid)))
        {
            // Of a run that goes on, these are what it has started, and its own.
            var belongs = process.Role == "main" && _taken.Runs.Contains(process.InvocationId);
            if (!belongs && processes.Adopt(process with { SpawnId = process.SpawnId > 0 ? process.SpawnId : ++_lastSpawn }) is { } child)
            {
                _ = Abandon(child);
            }
        }
    }

    private ExitStatus? EndOf(int attempt, InstanceWorld world, List<HeldProcess> mains) =>
        (world.Main is { } known && world.State.Attempt == attempt ? known : mains.Find(process => process.Attempt == attempt)) is { } main ? processes.EndOf(main) : null;

    private void GoOnUnguarded(JobSlot slot, InstanceWorld world)
    {
        slot.GoOn(world);
        Reopen(slot, world);
        Sockets.GoOn(slot);
        if (world.Main is { } main)
        {
            AdoptMain(slot, main);
        }

        try
        {
            readiness.GoOn(slot, slot.Child is { } child && slot.State.Phase.HasMainProcess() ? (child, world.Main!.SpawnId) : null);
        }
        catch (ErrnoException refused)
        {
            story.Tell(slot, StoryLevel.Error, $"what it tells (sd_notify) cannot be heard until its next start: {refused.Message}", clock.Now);
        }

        foreach (var step in world.Steps)
        {
            AdoptStep(slot, step);
        }

        // The answer of a probe that was on its way goes to nobody.
        if (slot.State.Probing is { Began: not null } probing && !slot.Steps.Exists(step => step.Kind is StepKind.Probe))
        {
            slot.State = slot.State with { Probing = probing with { Began = null, Due = clock.Now.Monotonic } };
        }

        // What had been asked of another thread, and not been answered, is asked again.
        if (world.State.Phase is Phase.Spawning && slot.Child is null)
        {
            Start(slot, slot.Spec.Process, null, []);
        }
        else if (world.State.Phase is Phase.Draining)
        {
            Drain(slot);
        }
        else if (world.State is { Phase: Phase.Clearing, Leftovers: true } && slot.Child?.HasLeftovers() is not true)
        {
            _followUps.Enqueue((slot, new JobEvent.LeftoversGone()));
        }

        TrackClearing(slot);
        deadlines.Update(slot);
    }

    private void Reopen(JobSlot slot, InstanceWorld world)
    {
        try
        {
            if (world.HasLog)
            {
                slot.Log = logs.Open(slot.Name, slot.Spec.Log);
                slot.Log.Reconfigure(slot.Spec.Log);
            }

            if (world.HasMemory)
            {
                boards.GoOn(slot);
            }
        }
        catch (ErrnoException refused)
        {
            story.Tell(slot, StoryLevel.Error, $"its output or its shared memory could not be taken over: {refused.Message}; both are made anew at its next start", clock.Now);
        }
    }

    private void AdoptMain(JobSlot slot, HeldProcess main)
    {
        slot.Child = processes.Adopt(main);
        _taken.Add(main);
        if (!slot.State.Phase.HasMainProcess())
        {
            return;
        }

        if (slot.Child is null)
        {
            Apply(slot, new JobEvent.Exited(null, default, Leftovers: false));
            return;
        }

        _spawns[main.SpawnId] = (slot, null);
    }

    private void AdoptStep(JobSlot slot, StepWorld world)
    {
        var step = NewStep(slot, world.Kind, world.Step);
        slot.Steps.Add(step);
        if (world.Process is not { } process)
        {
            step.GoOn(world, null);
            StartStep(step);
            return;
        }

        var child = processes.Adopt(process);
        _taken.Add(process);
        step.GoOn(world, child);
        if (child is null)
        {
            StepEnded(step, "is gone, and nobody knows how it ended");
        }
        else if (!world.HasEnded)
        {
            _spawns[process.SpawnId] = (slot, step);
        }
        else
        {
            step.CheckLeftovers();
        }
    }
}

/// <summary>Processes of an earlier image that are looked after again.</summary>
internal sealed class TakenProcesses
{
    private readonly HashSet<int> _pids = [];

    /// <summary>Invocation ids of their runs.</summary>
    public HashSet<string> Runs { get; } = [];

    /// <summary>One more.</summary>
    public void Add(HeldProcess process)
    {
        _pids.Add(process.Pid);
        Runs.Add(process.InvocationId);
    }

    /// <summary>Whether it is one.</summary>
    public bool Contains(int pid) => _pids.Contains(pid);
}
