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
        catch (Exception refused) when (refused is ControlSocketException or WebException or ErrnoException)
        {
            output.Say(LogEventLevel.Error, "supervisor: " + refused.Message);
            return 1;
        }
    }

    private static int Run(RunConfiguration configuration, StandardError output)
    {
        // What can be wrong comes first, before anything is started.
        var passed = PassedDescriptors.Take();
        var spec = configuration.ReadFirst();
        OpenFiles.RaiseLimit();
        PoolThreads.Make();
        Directories.Create(spec.Daemon);
        using var instance = InstanceLock.Take(spec.Daemon);

        using var sink = new StandardErrorSink(output);
        using var log = new LoggerConfiguration().MinimumLevel.Override("Microsoft", LogEventLevel.Warning).WriteTo.Sink(sink).CreateLogger();
        using var notifier = ServiceNotifier.Open(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), out var deaf);
        if (deaf is not null)
        {
            log.Warning("{Text:l}", deaf);
        }

        // Before any thread of ours makes a process: what is started later is where we are.
        var cgroups = JobCgroups.Open(spec.Daemon.RuntimeDirectory);
        if (cgroups.Place is { } place)
        {
            log.Information("each job gets a control group of its own in {Place:l}", place);
        }

        // The engine and what it commands. Without a service manager that kills what is left, jobs end with us.
        var time = TimeProvider.System;
        var clock = new EngineClock(time);
        using var wakeup = new Wakeup(clock);
        var boards = new Boards(time);
        var events = new EventRing();
        EngineLoop? engine = null;
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
            inbox => spawns = new(inbox, time, SystemdHelpers.IsSystemdService() ? null : Signal.Term, cgroups) { CredentialsDirectory = CredentialsDirectory.Of(spec.Daemon.RuntimeDirectory) },
            inbox => logs = new(spec.Daemon.LogDirectory, inbox, new StoryLog(log).OfJob, time, colours: output.Kind is LogOutputKind.ColourTerminal),
            clock,
            new StoryListeners(new StoryLog(log), events),
            wakeup,
            boards,
            new ScheduleFile(spec.Daemon.StateDirectory, text => log.Warning("{Text:l}", text)),
            inbox => new Probes(inbox, time),
            inbox => sockets = new(inbox),
            inbox => journal = CleanupJournal.Open(spec.Daemon.StateDirectory, inbox, time, out found))
        {
            Published = () =>
            {
                status.Published();
                memory.Active();
            },
        };
        CheckCredentials(spec, log);
        using var spawnThread = spawns!;
        using var jobLogs = logs!;
        using var listening = sockets!;
        wakeup.Watch(listening.Descriptor, listening.TakeConnections);
        using var owed = journal!;
        foreach (var (text, isBad) in found)
        {
            log.Write(isBad ? LogEventLevel.Error : LogEventLevel.Information, "{Text:l}", text);
        }

        // The host: first the control socket, then the engine; READY when both have started.
        using var socket = ControlListener.Open(spec.Daemon, passed, log);
        using var metrics = new MetricsEndpoint(() => new SupervisorMetrics(engine, jobLogs, time, boards, cgroups), () => engine.Snapshot.Instances.Length);
        Signals? taken = null;
        var control = new ControlOptions
        {
            Supervisor = engine,
            Logs = jobLogs,
            Boards = boards,
            Cgroups = cgroups,
            Events = events,
            Daemon = spec.Daemon,
            Now = () => clock.Now,
            Ping = engine.Ping,
            Served = memory.Active,
            Metrics = metrics.Scrape,
            ReadConfiguration = configuration.Read,
            Applied = applied => taken?.Forward(applied.Daemon.ForwardSignals),
        };
        var web = spec.Daemon.Http is { } http ? WebServer.Open(control, http) : null;
        using var host = BuildHost(log, notifier, engine, new(control, socket.Descriptor, socket.Group), web);
        using var signals = new Signals(
            stop: (signal, again) => Stop(engine, log, signal, again),
            forward: (signal, jobs) => _ = engine.Submit(new SignalJobs([.. jobs], signal, SignalTarget.Main), CancellationToken.None),
            time);
        using var reload = new Reload(configuration, engine, signals, notifier, time, log);
        taken = signals;
        signals.Reload = () => _ = reload.Do();
        signals.Forward(spec.Daemon.ForwardSignals);
        status.Start();
        using var watchdog = new EngineWatchdog(notifier, engine.Ping, EngineWatchdog.Asked(), time);

        // The threads: the host gets one, and this one starts programs until the host has ended.
        using var over = new CancellationTokenSource();
        var hostThread = new HostThread(host, ended: over.Cancel);
        spawnThread.Run(over.Token);
        return hostThread.Join(log) ?? engine.ExitCode;
    }

    private static void CheckCredentials(SupervisorSpec spec, Serilog.ILogger log)
    {
        CredentialsDirectory.Clear(spec);
        if (spec.Jobs.Any(job => job.Instance(0).Process.Credentials.Count > 0) && !CredentialsDirectory.IsInMemory(spec.Daemon.RuntimeDirectory))
        {
            log.Warning("credentials are copied to {Text:l}, which is not in memory: the copies touch a disk", CredentialsDirectory.Of(spec.Daemon.RuntimeDirectory));
        }
    }

    private static void Stop(EngineLoop engine, Serilog.ILogger log, string signal, bool again)
    {
        log.Information("{Text:l}", again ? $"{signal} again: everything is killed now" : $"{signal} received");
        engine.RequestShutdown(immediate: again);
    }

    private static IHost BuildHost(Serilog.ILogger log, ServiceNotifier notifier, EngineLoop engine, ControlServer control, WebServer? web)
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

        builder.Services.AddSingleton(control).AddHostedService<ControlService>().AddHostedService(_ => new WebService(web, log)).AddHostedService<EngineThread>();
        return builder.Build();
    }
}
