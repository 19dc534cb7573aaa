using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>What random numbers mean.</summary>
internal sealed partial class RandomWorld
{
    private const int Kinds = 50;

    /// <summary>A run in words, for the report of a failure.</summary>
    public static IEnumerable<string> Tell(int[][] jobs, (int Kind, int Who, int How)[] steps) =>
        jobs.Select((job, index) => $"job{index}: {string.Join(' ', job)}")
            .Concat(steps.Select(step => $"{step.Kind % Kinds} {step.Who} {step.How}"));

    private SupervisorSpec Configuration(int variant)
    {
        var spec = Simulation.Spec(_stopTimeout, Specs(variant));
        // Also a number that the file does not have: of the extra instance of a rolling restart.
        var jobs = spec.Jobs.Select((job, index) => new JobDefinition(job.Name, job.Instances, instance => Spec(_jobs, index, instance, variant), [], [])).ToList();
        // In half of the worlds restarts often have to wait for those of others.
        return new() { File = spec.File, Jobs = jobs, Daemon = spec.Daemon with { RestartLimit = _jobs[0][19] % 2 == 0 ? new(2, TimeSpan.FromSeconds(5)) : null } };
    }

    private JobSpec[] Specs(int variant)
    {
        // The last job is missing in some variants: nobody depends on it.
        var count = variant % 5 == 4 && _jobs.Length > 1 ? _jobs.Length - 1 : _jobs.Length;
        return Enumerable.Range(0, count).SelectMany(index => Enumerable.Range(0, (_jobs[index][0] % 7 == 0) ? 2 : 1).Select(instance => Spec(_jobs, index, instance, variant)))
            .ToArray();
    }

    private static IEnumerable<Dependency> Dependencies(int[][] jobs, int index) => Enumerable.Range(0, index)
        .Where(on => ((jobs[index][1] >> on) & 1) == 1 && jobs[index][1] % 3 != 0)
        .Select(on => new Dependency($"job{on}", (DependencyCondition)((jobs[index][2] >> (2 * on)) % 4)));

    private IEnumerable<Dependency> DependenciesOf(string job) => Dependencies(_jobs, int.Parse(job["job".Length..]));

    private static JobSpec Spec(int[][] jobs, int index, int instance, int variant)
    {
        var n = jobs[index];
        var oneshot = n[3] % 4 == 0;
        CommandStep step = new(["step"], TimeSpan.FromSeconds(5));
        return new()
        {
            Name = new($"job{index}", instance, n[0] % 7 == 0),
            Process = new() { Command = ["main"], Umask = variant % 3 == 1 && n[4] % 2 == 0 ? variant : null },
            Kind = oneshot ? JobKind.Oneshot : JobKind.Service,
            Start = IsOnDemand(n) ? StartMode.OnDemand : n[5] % 5 == 0 ? StartMode.Manual : StartMode.Auto,
            BeforeStart = Enumerable.Repeat(step, (n[6] + variant) % 3).ToSequence(),
            DependsOn = Dependencies(jobs, index).ToSequence(),
            OnDependencyRestart = (OnDependencyRestart)(n[7] % 3),
            Watchdog = n[17] % 5 == 0 ? TimeSpan.FromSeconds(5 + (n[17] % 30)) : null,
            Notify = n[18] % 3 == 0,
            FileDescriptorStore = n[18] % 7,
            Ready = n[19] % 7 == 1 ? new ReadyWhenNotified() : n[19] % 7 == 2 ? new ReadyByDescriptor(3 + (n[19] % 50)) : n[19] % 7 == 4 ? new ReadyByLog("up") : n[19] % 3 == 0 ? new ReadyByProbe(Probe(n[19], index, instance))
                : n[8] % 3 == 0 ? new ReadyAfter(TimeSpan.FromSeconds(n[8] % 4)) : ReadySpec.Started,
            Health = n[19] % 4 == 0 ? new(Probe(n[19] + 1, index, instance)) { StartPeriod = TimeSpan.FromSeconds(n[19] % 20) } : null,
            StartTimeout = oneshot && n[9] % 2 == 0 ? null : TimeSpan.FromSeconds(2 + (n[9] % 20)),
            RuntimeLimit = n[10] % 5 == 0 ? TimeSpan.FromSeconds(30) : null,
            Restart = new()
            {
                Jitter = 0,
                Policy = (RestartPolicy)(n[11] % 3),
                Limit = n[12] % 3 == 0 ? n[12] % 4 : null,
                Within = n[12] % 2 == 0 ? TimeSpan.FromMinutes(1) : null,
                RetryAfterLimit = n[13] % 3 == 0 ? TimeSpan.FromSeconds(20) : null,
                NeverOn = n[14] % 4 == 0 ? [ExitMatch.OfCode(2)] : [],
                AlwaysOn = n[14] % 4 == 1 ? [ExitMatch.OfCode(0)] : [],
            },
            Cleanup = Enumerable.Range(0, (n[19] + variant) % 3).Select(number => Hook($"{number}", (HookCondition)((n[19] >> number) % 4))).ToSequence(),
            OnFailure = Enumerable.Repeat(step, n[15] % 3).ToSequence(),
            Stop = Stop(n[16] + variant),
            Reload = (n[17] % 4) switch { 3 => new(Signal.Hup, null, TimeSpan.FromSeconds(5)), 0 => null, 1 => new(Signal.Hup, null), _ => new(null, step) },
            Essential = n[18] % 40 == 0,
            Surge = n[2] % 9 == 0 ? 0 : n[2] % 7 == 0 && !oneshot ? 1 : null,
            Sockets = n[2] % 3 == 0 ? [new() { Name = "s", Port = 80 + ((variant % 4 == 3) ? index : 0) }] : [],
            Schedule = oneshot && n[19] % 3 == 0
                ? new() { Every = TimeSpan.FromSeconds(1 + (n[19] % 40)), Overlap = (Overlap)(n[19] % 9 / 3), AtStart = n[19] % 2 == 0 } : null,
        };
    }

    private static Notification Message(int how) => (how % 12) switch
    {
        < 4 => new() { Ready = true },
        4 => new() { Reloading = true, MonotonicMicroseconds = how },
        5 => new() { Stopping = how % 5 == 0, Status = "leaving" },
        6 => new() { Extend = how % 7 == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(how % 50) },
        7 => new() { WatchdogTime = how % 3 == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1 + (how % 50)) },
        8 => new() { Trigger = how % 4 == 0 },
        9 => new() { MainPid = how, Ready = true },
        10 => new() { Errno = how % 100, ExitStatus = "1" },
        _ => new() { Status = how % 2 == 0 ? "" : "fine" },
    };

    // Whose it is stands in it.
    private static ProbeSpec Probe(int n, int index, int instance) => n % 2 == 0
        ? new ExecProbe(["step"]) { Interval = TimeSpan.FromSeconds(1 + (n % 7)), Timeout = TimeSpan.FromSeconds(1 + (n % 3)) }
        : new TcpProbe(new($"job{index}", 1 + instance)) { Interval = TimeSpan.FromSeconds(1 + (n % 7)) };

    private static bool IsOnDemand(int[] n) => n[2] % 3 == 0 && n[3] % 4 != 0 && n[5] % 5 == 1;

    // At most three of them, and a limit that lets them end before a shutdown leaves them behind.
    private static CleanupHook Hook(string name, HookCondition on) => new(["hook", name], on, TimeSpan.FromSeconds(0.5));

    private static StopSpec Stop(int n) => (n % 5) switch
    {
        0 => StopSpec.Default,
        1 => StopSpec.Default with { To = SignalTarget.Group },
        2 => new() { Steps = [new(Signal.Int, null, TimeSpan.FromSeconds(3)), new(null, ["step"], TimeSpan.FromSeconds(4)), new(Signal.Term, null, TimeSpan.FromSeconds(2))] },
        3 => new() { Steps = [new(null, ["step"], TimeSpan.FromSeconds(1)), new(Signal.Kill, null, TimeSpan.Zero)] },
        _ => new() { Steps = [new(Signal.Kill, null, TimeSpan.Zero)] },
    };

    // Whether something may be started because of it, though it is wanted down.
    private bool Do(int kind, int who, int how)
    {
        var kernel = _simulation.Kernel;
        var name = $"job{who % _jobs.Length}";
        switch (kind % Kinds)
        {
            case < 6:
                EndOne(who, how % 3 == 0 ? ExitStatus.Signaled(new(11), true) : how % 3 == 1 ? ExitStatus.Exited(0) : ExitStatus.Exited(how % 4));
                return false;
            case 6 when kernel.Children.LastOrDefault(child => child.Others > 0) is { } child:
                kernel.OthersEnd(child);
                return false;
            case 7:
                _ = _failing.Remove(name) || _failing.Add(name);
                return false;
            case 8:
                _stubborn = how % 2 == 0;
                return false;
            case 9:
                _others = how % 3;
                return false;
            case 10:
                kernel.ReportsAtOnce = how % 2 == 0;
                return false;
            case 11 when kernel.Unreported is [var first, ..]:
                kernel.Reports(first);
                return false;
            case 12:
                _simulation.Logs.DrainsAtOnce = how % 2 == 0;
                return false;
            case 13:
                _simulation.Logs.Drained();
                return false;
            case 14 when kernel.Unreported is not []:
                _simulation.Advance(TimeSpan.FromSeconds(10)); // a start hangs
                return false;
            case < 25:
                Ask(Operation(kind, name, how));
                // Often two at once: what the second finds is not what the first has seen.
                if (how % 4 == 0)
                {
                    Ask(Operation(how, $"job{how % _jobs.Length}", kind));
                }

                return true;
            case 25:
                Ask(new ApplySpec(Configuration(how), DryRun: how % 10 == 9, Rollback: who % 2 == 0));
                return true;
            case 34:
                foreach (var sockets in _simulation.Sockets.All.Values)
                {
                    _simulation.Sockets.Connect(sockets.Name);
                }

                return false;
            case 35:
                _simulation.Sockets.Open();
                _simulation.Sockets.OpensAtOnce = how % 2 == 0;
                _simulation.Sockets.Fails = how % 3 == 0 ? _ => new(ExecStep.OpenSockets, 98, "Address already in use", "0.0.0.0:80") : _ => null;
                return false;
            case 29:
                Ask(new RunJobsNow([name], Wait: who % 3 != 0));
                return true;
            case 30:
                _simulation.Time.SetWallClock(_simulation.Time.GetUtcNow() + TimeSpan.FromMinutes(how % 600 - 300));
                _simulation.Engine.Post(new ClockWasSet());
                return false;
            case 27 when how % 2 == 0:
                Ask(new ScaleJob(name, 1 + (how % 4 / 2)));
                return true;
            case 28 when how % 2 == 0:
                Ask(new RollingRestart([name], Wait: who % 3 != 0));
                return true;
            case 40:
                Ask(new RegisterHook([name], null, Hook($"registered {_registered++}", (HookCondition)(how % 4))));
                return false;
            case 41:
                _simulation.Journal.WritesAtOnce = how % 2 == 0;
                return false;
            case 42:
                _simulation.Journal.Written();
                return false;
            case 43:
                _simulation.Journal.Problem = how % 4 == 0 ? "No space left on device" : null;
                return false;
            case 31 or 32 when _simulation.Probes.Open.ToList() is { Count: > 0 } probes:
                _simulation.Probes.Answer(probes[who % probes.Count], (how % 5) switch { 0 => ProbeAnswer.Unknown("?"), < 3 => ProbeAnswer.Failed("no"), _ => ProbeAnswer.Passed });
                return false;
            // One that was called off while its answer was on its way.
            case 33 when _simulation.Probes.Asked is { Count: > 0 } asked && asked[who % asked.Count] is { Answered: false } late:
                _simulation.Probes.Answer(late, ProbeAnswer.Passed);
                return false;
            case 44 or 45 when _simulation.Notifications.Opened.Where(socket => socket.Run is not null).ToList() is { Count: > 0 } running:
                running[who % running.Count].Tells(Message(how));
                return false;
            // Of any start there ever was, also of one that has not been reported.
            case 46 when kernel.Children.Select(child => child.Request).Concat(kernel.Unreported).ToList() is { Count: > 0 } starts:
                _simulation.Engine.Post(new ShownReady(starts[^(1 + (who % Math.Min(starts.Count, 6)))].SpawnId, how % 3 != 0, "shown"));
                return false;
            // Of a run that has been over for long, or of none.
            case 36:
                _simulation.Engine.Post(new Notified(who, Message(how), () => { }));
                return false;
            case 37 when _simulation.Notifications.Opened is { Count: > 0 } sockets:
                sockets[who % sockets.Count].Beats++;
                return false;
            case 38:
                _simulation.Notifications.EndsAtOnce = how % 2 == 0;
                _simulation.Notifications.Ended();
                return false;
            case 26 when how % 12 == 0:
                _shutDown = true;
                Ask(new ShutDown(Immediate: who % 2 == 0));
                return false;
            default:
                _simulation.Advance(_times[how % _times.Length]);
                return false;
        }
    }

    private static Operation Operation(int kind, string name, int how) => (kind % 8) switch
    {
        0 or 1 => new StartJobs([name], Wait: how % 3 != 0),
        2 => new StopJobs([name], WithDependents: false, Wait: how % 5 != 0),
        3 => new StopJobs([name], WithDependents: true),
        4 => new RestartJobs([name], OnlyRunning: how % 2 == 0, Wait: how % 9 != 0),
        5 => how % 2 == 0 ? new SignalJobs([name], Signal.Hup, SignalTarget.Main) : new ReloadJobs([name]),
        6 => new WaitForJobs([name], (WaitCondition)(how % 4)),
        _ => new RestartJobs([], OnlyRunning: false),
    };

    private bool IsBeingScaled(string job) => _pendingScales.Contains(job);

    // Unsettled: several may meet in one turn of the engine.
    private void Ask(Operation operation)
    {
        if (operation is ScaleJob or ApplySpec)
        {
            _pendingScales.UnionWith(_simulation.Engine.Snapshot.Instances.Select(instance => instance.Name.Job));
        }

        _asked.Add((operation, _simulation.Engine.Submit(operation, CancellationToken.None)));
    }

    private void EndOne(int who, ExitStatus status)
    {
        var living = _simulation.Kernel.Living.ToList();
        if (living.Count > 0)
        {
            var child = living[who % living.Count];
            _endedInThisStep.Add(child);
            _simulation.Kernel.Exits(child, status);
        }
    }

    private void ReportAll()
    {
        while (_simulation.Kernel.Unreported is [var first, ..])
        {
            _simulation.Kernel.Reports(first);
        }
    }
}
