using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>One random run: carries out random steps and checks after each what must always be true.</summary>
internal sealed partial class RandomWorld
{
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan[] _times = [TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(100)];

    private readonly int[][] _jobs;
    private readonly Simulation _simulation;
    private readonly HookChecks _hooks;
    private readonly HashSet<string> _failing = [];
    private readonly HashSet<FakeChild> _endedInThisStep = [];
    private readonly List<(Operation Operation, Task<OperationResult> Task)> _asked = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly Dictionary<string, InstanceState> _before = [];
    private readonly HashSet<string> _pendingScales = [];
    private bool _stubborn;
    private int _others;
    private bool _shutDown;
    private int _registered;
    private bool _mayStart = true;

    private readonly record struct InstanceState(Goal Goal, PublicState State, int Attempt);

    public RandomWorld(int[][] jobs)
    {
        _jobs = jobs;
        _simulation = new(Configuration(0));
        _hooks = new(_simulation.Journal);
        _simulation.Kernel.OnStart = CheckStart;
        _simulation.Journal.OnOwed = DecidedToStart;
        _simulation.Kernel.OnBirth = CheckBirth;
        _simulation.Kernel.Fails = request => _failing.Contains(request.Owner.ToString())
            ? new(ExecStep.ChangeDirectory, Linux.Errno.ENOENT, "No such file or directory", "/srv") : null;
        _simulation.Boot();
        Check();
    }

    /// <summary>How many processes were started.</summary>
    public int Starts => _simulation.Kernel.Children.Count;

    public void Step(int kind, int who, int how)
    {
        _endedInThisStep.Clear();
        var pending = StartsArePending();
        _mayStart = Do(kind, who, how) || pending;
        _simulation.Settle();
        Check();
        if (_asked.TrueForAll(asked => asked.Operation is not (ScaleJob or ApplySpec) || asked.Task.IsCompleted))
        {
            _pendingScales.Clear();
        }
    }

    /// <summary>The world calms down, then everything is stopped; whoever asked has his answer.</summary>
    public void End()
    {
        var kernel = _simulation.Kernel;
        _endedInThisStep.Clear();
        _mayStart = true;
        kernel.ReportsAtOnce = true;
        _simulation.Logs.DrainsAtOnce = true;
        _simulation.Sockets.OpensAtOnce = true;
        _simulation.Sockets.Fails = _ => null;
        _simulation.Sockets.Open();
        _simulation.Journal.WritesAtOnce = true;
        _simulation.Journal.Written();
        _simulation.Settle();
        ReportAll();
        _simulation.Logs.Drained();
        _simulation.Notifications.EndsAtOnce = true;
        _simulation.Notifications.Ended();
        _simulation.Advance(TimeSpan.FromMinutes(5));
        Check();
        CheckExtras();
        foreach (var (operation, task) in _asked)
        {
            Assert.True(operation is WaitForJobs or RunJobsNow or StartJobs or RestartJobs or RollingRestart or ApplySpec or ScaleJob || task.IsCompleted, $"{operation} was never answered");
        }

        var down = _simulation.Submit(new ShutDown());
        _simulation.Advance(_stopTimeout + TimeSpan.FromSeconds(15));
        Check();
        Assert.Equal(SupervisorState.Stopped, _simulation.Engine.Snapshot.State);
        Assert.True(down.IsCompleted, "the shutdown was not answered");
        Assert.All(_asked, asked => Assert.True(asked.Task.IsCompleted, $"{asked.Operation} was never answered"));
        Assert.Null(_simulation.NextDeadline is { } next && !_shutDown && _simulation.Engine.Snapshot.Instances.Any(i => i.Next is not null) ? next : null);
        Assert.All(_simulation.Notifications.Descriptors, descriptor => Assert.True(descriptor.Disposed, "a descriptor was left open"));
        Assert.All(kernel.Children, child => Assert.True(child.Disposed && !child.MainLives && child.Others == 0, $"pid {child.Pid} was left behind"));
        Assert.All(_simulation.Sockets.All.Values, sockets => Assert.False(sockets.IsOpen || sockets.IsWatched, $"{sockets.Name}: a socket was left open"));
        Assert.All(_simulation.Engine.Snapshot.Instances, instance => Assert.Equal((Goal.Down, false), (instance.Goal, instance.IsExtra)));
        _hooks.CheckEnd();
    }

    private void Check()
    {
        var defect = _simulation.Told.Select(told => told.Line.Text).FirstOrDefault(text => text.Contains("internal error", StringComparison.Ordinal));
        Assert.True(defect is null, defect);
        var names = new HashSet<string>();
        foreach (var instance in _simulation.Engine.Snapshot.Instances)
        {
            var name = instance.Name.ToString();
            names.Add(name);
            Assert.True(instance.Exits.Length <= JobState.KeptExits);
            for (var i = 1; i < instance.Exits.Length; i++)
            {
                Assert.True(instance.Exits[i - 1].Attempt > instance.Exits[i].Attempt, "exits are not newest first");
            }

            var now = new InstanceState(instance.Goal, instance.State, instance.Attempt);
            if (_before.TryGetValue(name, out var then) && !_mayStart && then is { Goal: Goal.Down } && IsAtRest(then.State) && !MayBeNeededByRun(then))
            {
                Assert.Equal(then, now);
            }

            _before[name] = now;
            var main = _simulation.Kernel.Children.LastOrDefault(child => child.IsMain && child.Request.Owner == instance.Name);
            Assert.True(instance.Pid is null || instance.Pid == main?.Pid, "a pid that is not the newest process's");
            Assert.True(!IsAtRest(instance.State) || main is null || main is { Disposed: true }, "at rest with a process");
        }

        Assert.All(_simulation.Engine.Snapshot.Instances.Where(instance => instance.IsExtra).GroupBy(instance => instance.Name.Job), extras => Assert.Single(extras));
        CheckProbes();
        foreach (var gone in _attempts.Keys.Where(name => !names.Contains(name)).ToList())
        {
            _attempts.Remove(gone);
            _before.Remove(gone);
        }
    }

    // The extra instance of a rolling restart outlives it only in the place of one that is not up.
    private void CheckExtras()
    {
        var all = _simulation.Engine.Snapshot.Instances;
        var rolls = _asked.Exists(asked => asked.Operation is RollingRestart && (!asked.Task.IsCompleted || !asked.Operation.Wait));
        foreach (var extra in all.Where(instance => instance.IsExtra && !rolls && instance.Goal is Goal.Up))
        {
            Assert.Contains(all, other => other.Name.Job == extra.Name.Job && !other.IsExtra && other.Goal is Goal.Up && !other.IsListening
                && other.State is not (PublicState.Ready or PublicState.Reloading or PublicState.Completed or PublicState.Scheduled));
        }
    }

    // At most one a job, and only of a process that is up.
    private void CheckProbes()
    {
        foreach (var probes in _simulation.Probes.Open.GroupBy(probe => ((TcpProbe)probe.Spec).Target))
        {
            Assert.Single(probes);
            Assert.Contains(_simulation.Engine.Snapshot.Instances, instance => instance.Name.Job == probes.Key.Host && instance.Name.Index == probes.Key.Port - 1
                && instance.State is PublicState.Running or PublicState.Ready or PublicState.Reloading);
        }
    }

    // One that does not wait is answered before its start has followed its stop.
    private bool StartsArePending() => _asked.Exists(asked => asked.Operation is RestartJobs { Wait: false } or RollingRestart { Wait: false }
        || (!asked.Task.IsCompleted && asked.Operation is StartJobs or RunJobsNow or RestartJobs or RollingRestart or ApplySpec or ScaleJob));

    // A run by a schedule starts what it needs, unless somebody has stopped that.
    private bool MayBeNeededByRun(InstanceState then) =>
        then.Attempt == 0 && _simulation.Engine.Snapshot.Instances.Any(instance => (instance.Spec.Schedule is not null || instance.Spec.Start is StartMode.OnDemand) && instance.Spec.DependsOn.Count > 0);

    private static bool IsAtRest(PublicState state) => state is PublicState.Stopped or PublicState.Completed or PublicState.Failed;

    private void CheckBirth(FakeChild child)
    {
        child.IgnoresSignals = _stubborn;
        child.Others = _others;
        if (child.IsMain)
        {
            Assert.DoesNotContain(_simulation.Kernel.Children, other =>
                other != child && other.IsMain && other.Request.Owner == child.Request.Owner && (other.MainLives || other.Others > 0));
        }
    }

    private void CheckStart(StartRequest request)
    {
        _hooks.CheckStart(request);
        var name = request.Owner.ToString();
        var attempt = int.Parse(request.SupervisorVariables.Single(variable => variable.Name == "SUPERVISOR_ATTEMPT").Value);
        var last = _attempts.GetValueOrDefault(name);
        // 1 again: it was removed and has been added again. One whose sockets could not be opened has an attempt of which the kernel hears nothing.
        var hasSockets = _simulation.Sockets.All.ContainsKey(request.Owner);
        Assert.True(attempt == last || attempt == last + 1 || attempt == 1 || (hasSockets && attempt > last), $"{name}: attempt {attempt} follows {last}");
        _attempts[name] = attempt;
        var sockets = _jobs[int.Parse(request.Owner.Job["job".Length..])][2] % 3 == 0 ? 1 : 0;
        Assert.True(request.Process.Command[0] != "main" || request.Inherited.Count(one => one.ListenName is not null) == sockets, "started without its sockets");
        // While its sockets are being opened what it depends on may end again. One with hooks starts later than it was decided: then it was looked at.
        if (attempt != last && !hasSockets && !_simulation.Journal.HandedIn.Exists(record => record.Id == request.InvocationId))
        {
            CheckDependencies(request.Owner);
        }
    }

    private void DecidedToStart(CleanupRecord.Owed owed)
    {
        // The first one that is registered while it runs makes such a record too.
        if (owed.Name is { } name && !owed.Hooks.Any(hook => hook.Command[1].StartsWith("registered", StringComparison.Ordinal)))
        {
            CheckDependencies(name);
        }
    }

    private void CheckDependencies(InstanceName name)
    {
        // Told by what the kernel has seen, not by what the engine believes.
        foreach (var dependency in DependenciesOf(name.Job))
        {
            // An instance that is just leaving counts no more for the engine, and cannot be told from one that has died here.
            // One that starts on demand serves whoever connects: nobody waits for its process.
            if (IsBeingScaled(dependency.Job) || IsOnDemand(_jobs[int.Parse(dependency.Job["job".Length..])]))
            {
                continue;
            }

            var present = _simulation.Engine.Snapshot.Instances.Where(instance => !instance.IsExtra).Select(instance => instance.Name).ToHashSet();
            var mains = _simulation.Kernel.Children.Where(child => child.IsMain && child.Request.Owner.Job == dependency.Job && present.Contains(child.Request.Owner))
                .GroupBy(child => child.Request.Owner).Select(group => group.Last()).ToList();
            var holds = dependency.Condition switch
            {
                DependencyCondition.Started or DependencyCondition.Ready => mains.Count > 0 && mains.TrueForAll(main => IsUpOrSucceeded(main)),
                DependencyCondition.Completed => mains.TrueForAll(main => !main.MainLives),
                _ => mains.Count > 0 && mains.TrueForAll(main => main.Status is { Code: 0 } or { Signal: not null }),
            };
            Assert.True(holds, $"{name} was started although {dependency} does not hold");
        }
    }

    private bool IsUpOrSucceeded(FakeChild main) => main.MainLives || main.Status is { Code: 0 } or { Signal: not null } || _endedInThisStep.Contains(main);
}
