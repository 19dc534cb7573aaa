using System.Diagnostics.Metrics;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Metrics;

/// <summary>
/// The numbers of the supervisor and of every job instance, as instruments that are read when somebody collects: nothing is counted twice, and
/// nothing is done while nobody asks. The source is the published snapshot, so reading never reaches the engine.
/// </summary>
public sealed class SupervisorMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Supervisor";

    /// <summary>Instrument of the jobs' own counters.</summary>
    public const string CounterOfJobs = "supervisor.job.counter";

    /// <summary>Instrument of the jobs' own gauges.</summary>
    public const string GaugeOfJobs = "supervisor.job.gauge";

    private readonly Meter _meter = new(MeterName);
    private readonly ISupervisor _supervisor;
    private readonly ILogReader _logs;
    private readonly TimeProvider _time;
    private readonly IBoardReader? _boards;
    private readonly ICgroupReader? _cgroups;

    /// <summary>Makes the instruments; without <paramref name="boards"/> those of the jobs themselves are left out, and likewise with the others.</summary>
    public SupervisorMetrics(
        ISupervisor supervisor, ILogReader logs, TimeProvider time, IBoardReader? boards = null, ICgroupReader? cgroups = null, INotificationReader? notifications = null)
    {
        (_supervisor, _logs, _time, _boards, _cgroups) = (supervisor, logs, time, boards, cgroups);
        OfSupervisor();
        OfJobs();
        OfLogs();
        if (boards is not null)
        {
            OfBoards();
        }

        if (cgroups is not null)
        {
            OfCgroups();
        }

        if (notifications is not null)
        {
            OfNotifications(notifications);
        }
    }

    private SupervisorSnapshot Now => _supervisor.Snapshot;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void OfSupervisor()
    {
        _meter.CreateObservableGauge("supervisor.uptime", () => (_time.GetUtcNow() - Now.Started.Wall).TotalSeconds, "s", "Time since the supervisor's start.");
        _meter.CreateObservableGauge("supervisor.jobs", () => Now.Instances.Count(i => !i.IsExtra), null, "Job instances of the configuration.");
        _meter.CreateObservableCounter("supervisor.orphans.reaped", () => Now.OrphansReaped, null, "Processes reaped that the supervisor had not started.");
        _meter.CreateObservableGauge("supervisor.strays", () => Now.Strays, null, "Living processes that came to the supervisor and belong to no job.");
        _meter.CreateObservableCounter("supervisor.late.facts", () => Now.LateFacts, null, "Facts about attempts that were over already.");
        _meter.CreateObservableCounter("supervisor.restarts.held.back", () => Now.RestartsHeldBack, null, "Automatic restarts that had to wait for supervisor.restart_limit.");
        _meter.CreateObservableCounter("supervisor.spawns", () => Now.Spawns, null, "Starts of processes, steps included.");
        _meter.CreateObservableCounter("supervisor.spawn.time", () => Now.SpawnTime.TotalSeconds, "s", "Time that those starts took together.");
        _meter.CreateObservableCounter("supervisor.cpu.time", () => Self()?.Cpu.TotalSeconds ?? 0, "s", "CPU time of the supervisor itself.");
        _meter.CreateObservableGauge("supervisor.resident", () => Self()?.ResidentBytes ?? 0, "By", "Resident memory of the supervisor itself.");
    }

    private void OfJobs()
    {
        _meter.CreateObservableGauge("supervisor.job.state", () => Now.Instances.Select(i => new Measurement<int>(1, [.. Tags(i.Name), new("state", i.State.Word())])), null, "1 for the state that the instance is in.");
        Gauge("supervisor.job.ready", null, "1 when it is ready.", i => i.State is PublicState.Ready ? 1 : 0);
        _meter.CreateObservableGauge("supervisor.job.healthy", () => Now.Instances.Where(i => i.Health is not null).Select(i => new Measurement<int>(i.Health!.State is Health.Healthy ? 1 : 0, Tags(i.Name))), null, "1 when its health probes say that it is well.");
        _meter.CreateObservableGauge("supervisor.job.health.failures", () => Now.Instances.Where(i => i.Health is not null).Select(i => new Measurement<int>(i.Health!.Failures, Tags(i.Name))), null, "Health probes that have failed in a row.");
        Gauge("supervisor.job.goal", null, "1 when it is wanted up.", i => i.Goal is Goal.Up ? 1 : 0);
        Gauge("supervisor.job.uptime", "s", "Time since its process was started; 0 when none runs.", i => i.RunningSince is { } at ? (_time.GetUtcNow() - at.Wall).TotalSeconds : 0);
        Gauge("supervisor.job.backoff", "s", "Time until the next attempt; 0 when it is not in back-off.", i => i is { State: PublicState.Backoff, Next.At: { } at } ? Math.Max(0, (at.Wall - _time.GetUtcNow()).TotalSeconds) : 0);
        Counter("supervisor.job.restarts", null, "Automatic restarts.", i => i.RestartsEver);
        Counter("supervisor.job.runs.skipped", null, "Runs of its schedule left out because the one before went on.", i => i.Schedule?.Skipped ?? 0);
        _meter.CreateObservableCounter("supervisor.job.exits", () => Now.Instances.SelectMany(Exits), null, "Ends of runs, by cause.");
        _meter.CreateObservableCounter("supervisor.job.cpu.time", () => Running().Select(r => Measure(r.Name, r.Usage.Cpu.TotalSeconds)), "s", "CPU time of the running main process.");
        _meter.CreateObservableGauge("supervisor.job.resident", () => Running().Select(r => Measure(r.Name, r.Usage.ResidentBytes)), "By", "Resident memory of the running main process.");
    }

    private void OfNotifications(INotificationReader notifications)
    {
        void Told(string name, string description, Func<NotificationCounters, long> value) => _meter.CreateObservableCounter(
            name, () => Now.Instances.Where(i => i.Spec.HasNotifySocket).Select(i => Measure(i.Name, value(notifications.Counters(i.Name)))), null, description);

        Told("supervisor.job.notifications", "Messages of sd_notify, heartbeats included.", counters => counters.Messages);
        Told("supervisor.job.notifications.foreign", "Messages dropped because their sender is no process of the job.", counters => counters.Foreign);
        Told("supervisor.job.notifications.malformed", "Messages that could not be read, or only in part.", counters => counters.Malformed);
    }

    private void OfLogs()
    {
        Counter("supervisor.job.log", "By", "Bytes read from its output.", i => _logs.Counters(i.Name).Bytes);
        Counter("supervisor.job.log.lines", null, "Lines read from its output.", i => _logs.Counters(i.Name).Lines);
        Counter("supervisor.job.log.dropped", "By", "Bytes of its output that were dropped.", i => _logs.Counters(i.Name).DroppedBytes);
        Counter("supervisor.job.log.dropped.lines", null, "Lines of its output that were dropped.", i => _logs.Counters(i.Name).DroppedLines);
        Gauge("supervisor.job.log.failing", null, "1 while its log cannot be written.", i => _logs.Counters(i.Name).LastError is null ? 0 : 1);
        Counter("supervisor.job.log.write.errors", null, "Failed writes of its log.", i => _logs.Counters(i.Name).WriteErrors);
    }

    // What all processes of a job use together; there are none of these without cgroups of our own.
    private void OfCgroups()
    {
        _meter.CreateObservableGauge("supervisor.job.cgroup.memory", () => OfCgroups(c => c.MemoryBytes), "By", "Memory of all processes of the job, page cache included.");
        _meter.CreateObservableGauge("supervisor.job.cgroup.tasks", () => OfCgroups(c => c.Tasks), null, "Processes and threads of the job.");
        _meter.CreateObservableCounter("supervisor.job.cgroup.cpu.time", () => OfCgroups(c => c.Cpu.TotalSeconds), "s", "CPU time of all processes of the job in this run.");
        _meter.CreateObservableCounter("supervisor.job.cgroup.throttled.time", () => OfCgroups(c => c.Throttled?.TotalSeconds), "s", "Time that the job waited for its resources.cpu in this run.");
    }

    private IEnumerable<Measurement<double>> OfCgroups(Func<CgroupReading, double?> value) =>
        from instance in Now.Instances
        let reading = _cgroups?.Read(instance.Name)
        let number = reading is null ? null : value(reading)
        where number is not null
        select Measure(instance.Name, number.Value);

    // What jobs count on their state boards: read from memory, no job is asked.
    private void OfBoards()
    {
        _meter.CreateObservableCounter("supervisor.job.heartbeats", () => Boards().Select(b => Measure(b.Name, (long)b.Board.Heartbeat)), null, "Heartbeats on the state board in this attempt.");
        _meter.CreateObservableGauge("supervisor.job.progress.ratio", () => Boards().Where(b => b.Board.Progress is { Total: > 0 }).Select(b => Measure(b.Name, (double)b.Board.Progress!.Value.Done / b.Board.Progress.Value.Total)), null, "How far the job says it is, 0 to 1.");
        _meter.CreateObservableCounter(CounterOfJobs, () => OwnNumbers(gauges: false), null, "Counters that jobs keep on their state boards, by name.");
        _meter.CreateObservableGauge(GaugeOfJobs, () => OwnNumbers(gauges: true), null, "Gauges that jobs keep on their state boards, by name.");
    }

    private IEnumerable<(InstanceName Name, BoardSnapshot Board)> Boards() =>
        from instance in Now.Instances
        let board = _boards?.Read(instance.Name)
        where board is not null
        select (instance.Name, board);

    private IEnumerable<Measurement<double>> OwnNumbers(bool gauges) =>
        from entry in Boards()
        from number in entry.Board.Counters
        where number.IsGauge == gauges
        select new Measurement<double>(gauges ? (long)number.Bits : number.Bits, [.. Tags(entry.Name), new("name", number.Name)]);

    private void Gauge(string name, string? unit, string description, Func<InstanceSnapshot, double> value) =>
        _meter.CreateObservableGauge(name, () => Now.Instances.Select(i => Measure(i.Name, value(i))), unit, description);

    private void Counter(string name, string? unit, string description, Func<InstanceSnapshot, long> value) =>
        _meter.CreateObservableCounter(name, () => Now.Instances.Select(i => Measure(i.Name, value(i))), unit, description);

    private IEnumerable<(InstanceName Name, ProcessUsage Usage)> Running() =>
        from instance in Now.Instances
        let usage = instance.Pid is { } pid ? ProcessUsage.Of(pid) : null
        where usage is not null
        select (instance.Name, usage.Value);

    private static IEnumerable<Measurement<long>> Exits(InstanceSnapshot instance) =>
        from cause in Enum.GetValues<ExitCause>()
        let count = instance.ExitCounts.IsDefaultOrEmpty ? 0 : instance.ExitCounts[(int)cause]
        where count > 0
        select new Measurement<long>(count, [.. Tags(instance.Name), new("cause", cause.Word())]);

    private static ProcessUsage? Self() => ProcessUsage.Of(Environment.ProcessId);

    private static Measurement<T> Measure<T>(InstanceName name, T value)
        where T : struct => new(value, Tags(name));

    private static KeyValuePair<string, object?>[] Tags(InstanceName name) => [new("job", name.Job), new("instance", name.Index)];
}
