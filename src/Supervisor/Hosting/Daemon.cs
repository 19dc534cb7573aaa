using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Supervisor.Cleanup;
using Supervisor.Cli;
using Supervisor.Control;
using Supervisor.Control.Events;
using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Logs;
using Supervisor.Metrics;
using Supervisor.Persistence;
using Supervisor.Processes;
using Supervisor.Processes.Cgroups;
using Supervisor.Readiness;
using Supervisor.SharedMemory;
using Supervisor.Sockets;
using Supervisor.Specs;
using Supervisor.Systemd;
using Supervisor.Upgrade;
using Supervisor.Web;

namespace Supervisor.Hosting;

/// <summary>
/// <c>supervisor run</c>: the composition root. The start reads from top to bottom; the stop is the same backwards. The calling thread must be the
/// process's main thread: it becomes the spawn thread (docs/adr/0005).
/// </summary>
internal static class Daemon
{
    /// <summary>Runs the supervisor until it is told to end; the exit code of the process.</summary>
    public static int Run(RunOptions options)
    {
        var output = StandardError.Open();
        try
        {
            if (options.CheckState)
            {
                return StateCheck.Run(options, output);
            }

            StartMemory.Begin(options.ConfigurationFile);
            return Run(new RunConfiguration(options), output);
        }
        catch (StartupException refused)
        {
            foreach (var line in refused.Message.Split('\n'))
            {
                output.Say(LogEventLevel.Error, refused.ExitCode == 1 ? "supervisor: " + line : line);
            }

            return refused.ExitCode;
        }
        catch (Exception refused) when (refused is ControlSocketException or WebException or ErrnoException or HandoverException)
        {
            output.Say(LogEventLevel.Error, "supervisor: " + refused.Message);
            return 1;
        }
    }

    // Its token and its socket come first: what is wrong with them is told before any job is started.
    private static Func<WebServer>? WebServerOf(DaemonSpec daemon, DescriptorHolder holder, Func<ControlOptions> options)
    {
        if (daemon.Http is not { } http)
        {
            return null;
        }

        var token = TokenFile.Read(daemon);
        var listener = WebListener.Open(http, holder);
        return () => new WebServer(options(), listener.Share(), token);
    }

    private static int Run(RunConfiguration configuration, StandardError output)
    {
        // What can be wrong comes first, before anything is started.
        var passed = PassedDescriptors.Take();
        using var notifier = ServiceNotifier.Open(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), out var deaf);
        var store = notifier.IsEnabled && ServiceNotifier.Stores(Environment.GetEnvironmentVariable("FDSTORE")) ? notifier : null;
        var left = OwnProgram.TakeHandover();
        var holder = new DescriptorHolder(left?.Descriptors ?? ControlListener.Held(passed), store);
        var spec = configuration.ReadFirst(left?.Configuration);
        spec = left?.Places?.In(spec) ?? spec;
        OpenFiles.RaiseLimit();
        PoolThreads.Make();
        Directories.Create(spec.Daemon);
        using var instance = InstanceLock.Take(spec.Daemon, holder, goesOn: left is not null);

        using var sink = new StandardErrorSink(output);
        using var log = new LoggerConfiguration().MinimumLevel.Override("Microsoft", LogEventLevel.Warning).WriteTo.Sink(sink).CreateLogger();
        if (deaf is not null)
        {
            log.Warning("{Text:l}", deaf);
        }

        if (instance.Warning is { } shared)
        {
            log.Warning("{Text:l}", shared);
        }

        // What is left of a supervisor that was killed.
        var adopts = (spec.Daemon.OnCrash ?? (store is null ? OnCrash.Stop : OnCrash.Adopt)) is OnCrash.Adopt;
        var crash = left is null && adopts ? Crash.Find(spec.Daemon, log) : null;
        spec = crash?.InForce(configuration, spec, log) ?? spec;
        var earlier = left ?? crash?.State;

        // Before any thread of ours makes a process: what is started later is where we are.
        var cgroups = JobCgroups.Open(spec.Daemon.RuntimeDirectory);
        if (cgroups.Place is { } place)
        {
            log.Information("each job gets a control group of its own in {Place:l}", place);
        }

        // The engine and what it commands. Without a service manager that kills what is left, jobs end with us.
        var time = TimeProvider.System;
        var clock = new EngineClock(time, earlier?.ClockStart);
        using var wakeup = new Wakeup(clock);
        var boards = new Boards(time, holder);
        var events = new EventRing();
        events.GoOn(earlier?.World.Sequence ?? 0, left?.Part(EventRing.PartName));
        EngineLoop? engine = null;
        Notifications? notifications = null;
        SpawnThread? spawns = null;
        JobLogs? logs = null;
        ListeningSockets? sockets = null;
        CleanupJournal? journal = null;
        IReadOnlyList<(string Text, bool IsBad)> found = [];
        using var extension = new TimeoutExtension(notifier, () => engine!.Ping(), time);
        using var status = new StatusReporter(notifier, () => engine!.Snapshot, extension);
        using var memory = new IdleMemory(time);
        engine = new(
            spec,
            inbox => spawns = new(inbox, time, adopts ? null : Signal.Term, cgroups, holder, adopts: earlier is not null, origin: spec.Daemon.StateDirectory) { CredentialsDirectory = CredentialsDirectory.Of(spec.Daemon.RuntimeDirectory) },
            inbox => logs = new(
                spec.Daemon.LogDirectory, inbox, new StoryLog(log).OfJob, time, colours: output.Kind is LogOutputKind.ColourTerminal,
                holder: holder, left: left?.Part(JobLogs.PartName), crashDirectory: adopts ? spec.Daemon.StateDirectory : null),
            clock,
            new StoryListeners(new StoryLog(log), events),
            wakeup,
            boards,
            new ScheduleFile(spec.Daemon.StateDirectory, text => log.Warning("{Text:l}", text)),
            inbox => new Probes(inbox, time),
            inbox => sockets = new(inbox, holder),
            inbox => journal = CleanupJournal.Open(spec.Daemon.StateDirectory, inbox, time, out found),
            inbox => notifications = new(inbox, spec.Daemon.RuntimeDirectory, holder),
            earlier?.World,
            afterCrash: crash is not null)
        {
            Published = () =>
            {
                status.Published();
                memory.Active();
            },
        };
        CheckCredentials(spec, isRealStart: earlier is null, log);
        using var spawnThread = spawns!;
        using var terminal = ControllingTerminal.Open(time);
        Signals? taken = null;
        terminal.Watch(wakeup, closed: isMeant => OnClosedTerminal(isMeant, taken, log));
        wakeup.Watch(spawnThread.AdoptedDescriptor, () => ((IEngineInbox)engine).Post(new AdoptedEnded()));
        using var record = adopts ? new WorldRecord(Crash.FileOf(spec.Daemon), () => HeadOf(spec.Daemon, clock, engine), holder, text => log.Warning("{Text:l}", text)) : null;
        engine.Record = record;
        if (earlier is null)
        {
            record?.Begin(spec.Text);
        }

        crash?.ReopenOutput(spawnThread, holder);
        crash?.TakeSocketsBack(spec, spawnThread, holder, log);
        using var jobLogs = logs!;
        using var listening = sockets!;
        using var notifySockets = notifications!;
        wakeup.Watch(listening.Descriptor, listening.TakeConnections);
        using var owed = journal!;
        foreach (var (text, isBad) in found)
        {
            log.Write(isBad ? LogEventLevel.Error : LogEventLevel.Information, "{Text:l}", text);
        }

        // The host: it serves the control socket, which takes connections from here on; READY when it answers and the jobs have been started.
        using var socket = ControlListener.Open(spec.Daemon, passed, holder, log);
        using var metrics = new MetricsEndpoint(() => new SupervisorMetrics(engine, jobLogs, time, boards, cgroups, notifications), () => engine.Snapshot.Instances.Length);
        ControlOptions? control = null;
        var controlService = new ControlService(() => new(control!, socket.Share(), socket.Group));
        var webService = new WebService(WebServerOf(spec.Daemon, holder, () => control!), log);
        using var upgrader = new Upgrader(
            engine, spawnThread, [controlService, webService, events, jobLogs, sink], holder, clock.Start, UpgradeOf(spec.Daemon, notifier, time, log));
        control = new ControlOptions
        {
            Supervisor = engine,
            Logs = jobLogs,
            Boards = boards,
            Cgroups = cgroups,
            Notifications = notifications,
            Events = events,
            Daemon = spec.Daemon,
            Now = () => clock.Now,
            Ping = engine.Ping,
            Served = memory.Active,
            Metrics = metrics.Scrape,
            Upgrader = upgrader,
            ReadConfiguration = configuration.Read,
            Applied = applied => taken?.Forward(applied.Daemon.ForwardSignals),
        };
        var engineThread = new EngineThread(engine, booted: () => TellOfTakeover(left, crash, engine, spawnThread, holder, log));
        using var signals = new Signals(
            stop: (signal, again) => Stop(engine, log, signal, again),
            forward: (signal, jobs) => _ = engine.Submit(new SignalJobs([.. jobs], signal, SignalTarget.Main), CancellationToken.None),
            terminal,
            time);
        using var reload = new Reload(configuration, engine, signals, notifier, time, log);
        taken = signals;
        signals.Reload = () => _ = OwnProgram.IsReplaced() ? upgrader.Begin(null, thenReload: true) : reload.Do();
        signals.Forward(spec.Daemon.ForwardSignals);
        status.Start();
        using var watchdog = new EngineWatchdog(notifier, engine.Ping, EngineWatchdog.Asked(), time);

        // The threads: the engine and the host get one each, and this one starts programs until the host has ended.
        using var over = new CancellationTokenSource();
        engineThread.Begin();
        var hostThread = new HostThread(
            () => BuildHost(log, notifier, engine, engineThread, controlService, webService), failed: () => EndEngine(engineThread), ended: over.Cancel);
        if (left is { ThenReload: true })
        {
            _ = reload.Do();
        }

        spawnThread.Run(over.Token);
        if (hostThread.Join(log) is { } fault)
        {
            return fault;
        }

        // An orderly end: nobody is to go on from here.
        record?.Delete();
        holder.ClearStore();
        return engine.ExitCode;
    }

    private static void CheckCredentials(SupervisorSpec spec, bool isRealStart, Serilog.ILogger log)
    {
        // Those of jobs that run on are theirs.
        if (isRealStart)
        {
            CredentialsDirectory.Clear(spec);
        }

        if (spec.Jobs.Any(job => job.Instance(0).Process.Credentials.Count > 0) && !CredentialsDirectory.IsInMemory(spec.Daemon.RuntimeDirectory))
        {
            log.Warning("credentials are copied to {Text:l}, which is not in memory: the copies touch a disk", CredentialsDirectory.Of(spec.Daemon.RuntimeDirectory));
        }
    }

    private static Handover HeadOf(DaemonSpec spec, EngineClock clock, EngineLoop engine) => new()
    {
        Version = SupervisorVersion.Text,
        BootId = OwnProgram.BootId(),
        Pid = Environment.ProcessId,
        ClockStart = clock.Start,
        Places = Places.Of(spec),
        World = new() { Started = engine.Snapshot.Started, Upgrades = engine.Upgrades },
    };

    private static void Stop(EngineLoop engine, Serilog.ILogger log, string signal, bool again)
    {
        log.Information("{Text:l}", again ? $"{signal} again: everything is killed now" : $"{signal} received");
        engine.RequestShutdown(immediate: again);
    }

    private static void OnClosedTerminal(bool isMeant, Signals? signals, Serilog.ILogger log)
    {
        if (isMeant && signals is not null)
        {
            signals.HangUp();
        }
        else
        {
            log.Information("the terminal was closed; with its SIGHUP the supervisor ends, without it everything goes on");
        }
    }

    private static UpgradeSettings UpgradeOf(DaemonSpec spec, ServiceNotifier notifier, TimeProvider time, Serilog.ILogger log) => new()
    {
        Program = OwnProgram.Path,
        Arguments = OwnProgram.Arguments,
        Environment = OwnProgram.Variables,
        Version = SupervisorVersion.Text,
        Places = Places.Of(spec),
        BootId = OwnProgram.BootId(),
        Told = (() => _ = notifier.Reloading(time.GetTimestamp()), notifier.Reloaded),
        Log = (isError, text) => log.Write(isError ? LogEventLevel.Error : LogEventLevel.Information, "{Text:l}", text),
    };

    private static void TellOfTakeover(Handover? left, Crash? crash, EngineLoop engine, SpawnThread spawns, DescriptorHolder holder, Serilog.ILogger log)
    {
        if (crash is not null)
        {
            spawns.Resume();
            holder.CloseTheRest();
            _ = Task.Run(() => crash.Tell(engine, log));
        }
        else if (left is not null)
        {
            spawns.Resume();
            var unused = holder.CloseTheRest();
            log.Information(
                "version {Version:l} has taken over from version {Before:l} in the same process (upgrade {Count}); the jobs run on{Unused:l}",
                SupervisorVersion.Text, left.Version, engine.Upgrades, unused == 0 ? "" : $"; {unused} descriptors that nobody wants any more were closed");
        }
    }

    // Without the host nobody could command the jobs. An engine that has failed itself has been reported, or is what the host fell over.
    private static void EndEngine(EngineThread engine) => Task.WhenAny(engine.Stop()).Wait();

    private static IHost BuildHost(Serilog.ILogger log, ServiceNotifier notifier, EngineLoop engine, EngineThread engineThread, ControlService control, WebService web)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders().AddSerilog(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSystemd().Replace(ServiceDescriptor.Singleton<ISystemdNotifier>(notifier));
        builder.Services.AddSingleton(notifier).AddSingleton(engine);
        if (!SystemdHelpers.IsSystemdService())
        {
            builder.Services.AddSingleton<IHostLifetime, ForegroundLifetime>();
        }

        builder.Services.AddHostedService(_ => control).AddHostedService(_ => web)
            .AddHostedService(services => new EngineService(engineThread, services.GetRequiredService<IHostApplicationLifetime>()));
        return builder.Build();
    }
}
