using System.Collections.Immutable;
using System.Text.Json;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Upgrade;

namespace Supervisor.Tests.Simulated;

/// <summary>The real engine on a fake kernel and a fake clock: time moves only when the test says so.</summary>
internal sealed class Simulation : IStoryListener, IWakeup
{
    private FakeKernel? _kernel;
    private FakeLogs? _logs;
    private FakeProbes? _probes;
    private FakeSockets? _sockets;
    private FakeNotifications? _notifications;

    public Simulation(params JobSpec[] specs)
        : this(TimeSpan.FromSeconds(90), specs)
    {
    }

    public Simulation(TimeSpan stopTimeout, params JobSpec[] specs)
        : this(Spec(stopTimeout, specs))
    {
    }

    public Simulation(SupervisorSpec spec, IScheduleMemory? schedules = null, FakeJournal? journal = null)
    {
        Journal = journal ?? new();
        var clock = new EngineClock(Time);
        Engine = new(
            spec, inbox => _kernel = new(inbox, clock), inbox => _logs = new(inbox), clock, this, this, Boards, schedules, inbox => _probes = new(inbox), inbox => _sockets = new(inbox),
            inbox => Journal.OpenedBy(inbox), inbox => _notifications = new(inbox));
        Kernel.OnMark = mark => Journal.Set.Add(mark.Number);
        Clock = clock;
    }

    /// <summary>The next image of the supervisor, which goes on from what the one before knew; its processes live on.</summary>
    public Simulation(Simulation before, bool afterCrash, World? record = null, bool keepsJournal = false)
    {
        (Time, Clock, Journal) = (before.Time, before.Clock, keepsJournal ? before.Journal : new());
        var world = JsonSerializer.Deserialize(JsonSerializer.Serialize(record ?? before.Look(), HandoverJson.Default.World), HandoverJson.Default.World)!;
        // As CrashState does: the numbers of the time between the record and the death are not known.
        world = afterCrash ? world with { LastSpawn = world.LastSpawn + 1000 } : world;
        Engine = new(
            before.Engine.Snapshot.Spec, inbox => _kernel = new(inbox, Clock) { Inherited = [.. before.Kernel.Living], Lost = keepsJournal && afterCrash ? [.. before.Kernel.Living.Where(child => child.IsMain).Select(child => child.Identity)] : [] }, inbox => _logs = new(inbox), Clock, this, this, Boards, null,
            inbox => _probes = new(inbox), inbox => _sockets = new(inbox), inbox => Journal.OpenedBy(inbox), inbox => _notifications = new(inbox), world, afterCrash);
        Kernel.OnMark = mark => Journal.Set.Add(mark.Number);
    }

    /// <summary>What the engine knows now.</summary>
    public World Look()
    {
        var look = Engine.Look();
        Settle();
        return look.Result;
    }

    /// <summary>Sleeps instead of the engine's thread, in a test that runs that; null: the test takes the turns.</summary>
    public IWakeup? Sleeper { get; init; }

    public SettableTime Time { get; } = new();

    public EngineClock Clock { get; }

    public EngineLoop Engine { get; }

    public FakeKernel Kernel => _kernel!;

    public FakeLogs Logs => _logs!;

    public FakeNotifications Notifications => _notifications!;

    public FakeProbes Probes => _probes!;

    public FakeSockets Sockets => _sockets!;

    public FakeJournal Journal { get; }

    public FakeBoards Boards { get; } = new();

    /// <summary>Everything that was told, in order.</summary>
    public List<(string Who, StoryLine Line)> Told { get; } = [];

    /// <summary>When the engine wants to be woken, after its last turn.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>A job named <paramref name="name"/> with the command <c>main</c> and no jitter, so that delays are exact.</summary>
    public static JobSpec Job(string name) => new()
    {
        Name = new(name),
        Process = new() { Command = ["main", name] },
        Restart = new() { Jitter = 0 },
    };

    /// <summary>A configuration of these specs; instances of a numbered job share a definition.</summary>
    public static SupervisorSpec Spec(TimeSpan stopTimeout, params JobSpec[] specs) => new()
    {
        File = "/etc/test.yaml",
        Daemon = new()
        {
            RuntimeDirectory = "/run/test",
            StateDirectory = "/var/lib/test",
            LogDirectory = "/var/log/test",
            ControlSocket = "/run/test/control.sock",
            StopTimeout = stopTimeout,
        },
        Jobs = specs.GroupBy(spec => spec.Name.Job)
            .Select(job => new JobDefinition(job.Key, job.Count(), index => job.ElementAtOrDefault(index) ?? job.Last() with { Name = job.Last().Name with { Index = index } },
                [new("", new("test.yaml", 1, 1)), new("directory", new("test.yaml", 7, 16))], [])).ToList(),
    };

    /// <summary>Boots and settles.</summary>
    public Simulation Boot()
    {
        Engine.Boot();
        Settle();
        return this;
    }

    /// <summary>Turns until nothing happens any more without time passing.</summary>
    public void Settle()
    {
        for (var turns = 0; (NextDeadline = Engine.Turn()) == TimeSpan.Zero; turns++)
        {
            Assert.True(turns < 10_000, "the engine does not come to rest");
        }
    }

    /// <summary>Lets time pass, stopping at every deadline on the way, as the real engine would.</summary>
    public void Advance(TimeSpan by)
    {
        var until = Clock.Now.Monotonic + by;
        Settle();
        while (NextDeadline is { } next && next <= until)
        {
            Time.Advance(TimeSpan.FromTicks(Math.Max(0, (next - Clock.Now.Monotonic).Ticks)));
            Settle();
        }

        Time.Advance(until - Clock.Now.Monotonic);
        Settle();
    }

    /// <summary>Hands in an operation and settles; the task tells whether it is answered yet.</summary>
    public Task<OperationResult> Submit(Operation operation)
    {
        var task = Engine.Submit(operation, CancellationToken.None);
        Settle();
        return task;
    }

    public Task<OperationResult> Start(params string[] jobs) => Submit(new StartJobs([.. jobs]));

    public Task<OperationResult> Stop(params string[] jobs) => Submit(new StopJobs([.. jobs], WithDependents: false));

    public InstanceSnapshot this[string name] => Engine.Snapshot.Instances.Single(instance => instance.Name.ToString() == name);

    public PublicState State(string name) => this[name].State;

    public IEnumerable<string> StoryOf(string name) => Told.Where(told => told.Who == name).Select(told => told.Line.Text);

    public ImmutableArray<ExitRecord> Exits(string name) => this[name].Exits;

    void IStoryListener.Told(InstanceName? name, StoryLine line) => Told.Add((name?.ToString() ?? "supervisor", line));

    void IWakeup.Wake()
    {
    }

    void IWakeup.Rest() => (Sleeper ?? throw new InvalidOperationException("nobody sleeps on floor 2")).Rest();

    bool IWakeup.Sleep(TimeSpan? until) => (Sleeper ?? throw new InvalidOperationException("nobody sleeps on floor 2")).Sleep(until);
}
