using System.Text;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>supervisor:</c> part.</summary>
internal static class DaemonBinder
{
    // sun_path of unix(7) with its NUL.
    private const int LongestSocketPath = 107;

    // Ours (TERM, INT, HUP, CHLD), not catchable (KILL, STOP), faults of our own, and SIGRTMIN, which the .NET runtime uses.
    private static readonly int[] _notForwarded = [1, 2, 4, 5, 6, 7, 8, 9, 11, 13, 15, 17, 19, 31, 32, 33, 34];

    public static DaemonSpec Daemon(Scope scope, YamlNode? node, string file, ConfigurationContext context, IReadOnlyCollection<string> jobs)
    {
        var section = SectionReader.Open(scope, node, FileKeys.Supervisor, "", "in 'supervisor'");
        var control = section.Sub("control", FileKeys.Control);
        var places = Places(section, file, context);
        var socket = FilePaths.Read(control, "socket") ?? places.Socket;
        if (Encoding.UTF8.GetByteCount(socket) > LongestSocketPath)
        {
            section.Scope.Problem(control["socket"] ?? section["directory"] ?? new YamlScalar(new(file, 1, 1), "", plain: false),
                $"the path of the control socket is longer than {LongestSocketPath} bytes: {socket}");
        }

        return new()
        {
            RuntimeDirectory = places.Runtime,
            StateDirectory = FilePaths.Read(section, "state_directory") ?? places.State,
            LogDirectory = FilePaths.Read(section, "log_directory") ?? places.Logs,
            ControlSocket = socket,
            ControlGroup = control.Text("group"),
            GroupMayAll = control.Word("group_may", Vocabulary.GroupMay, false),
            Http = section["http"] is null ? null : HttpBinder.Http(section),
            StopTimeout = section.Duration("stop_timeout") ?? TimeSpan.FromSeconds(90),
            RestartLimit = RestartLimit(section),
            OnCrash = section["on_crash"] is null ? null : section.Word("on_crash", Vocabulary.OnCrash, OnCrash.Stop),
            Cleanup = CommandBinder.Hooks(section, "cleanup"),
            ForwardSignals = ForwardSignals(section, jobs),
        };
    }

    private static RestartLimitSpec? RestartLimit(SectionReader section)
    {
        var standard = new RestartLimitSpec(1000, TimeSpan.FromSeconds(10));
        if (section["restart_limit"] is not { } node)
        {
            return standard;
        }

        if (SectionReader.IsNone(node))
        {
            return null;
        }

        if (node is not YamlMap)
        {
            section.Scope.Wrong<string>(node, section.What("restart_limit"), "none or {limit: 1000, within: 10s}");
            return standard;
        }

        var limit = section.Sub("restart_limit", FileKeys.RestartLimit);
        return new(limit.Integer("limit") ?? standard.Limit, limit.Duration("within") ?? standard.Within);
    }

    private static Directories Places(SectionReader section, string file, ConfigurationContext context)
    {
        if (section["directory"] is { } node and not YamlScalar { Value: "auto" })
        {
            return Directories.Under(FilePaths.Read(section, "directory") ?? "/");
        }

        if (Directories.Automatic(context) is { } automatic)
        {
            return automatic;
        }

        section.Scope.Problem(section["directory"] ?? new YamlScalar(new(file, 1, 1), "", plain: false),
            "no directory for state and logs: neither XDG_STATE_HOME nor HOME is set; set 'supervisor.directory'");
        return Directories.Under("/");
    }

    private static Sequence<ForwardedSignal> ForwardSignals(SectionReader section, IReadOnlyCollection<string> jobs)
    {
        var (scope, what, node) = (section.Scope, section.What("forward_signals"), section["forward_signals"]);
        if (node is not (null or YamlMap))
        {
            scope.Wrong<string>(node, what, "a map such as {SIGUSR1: [web]}");
        }

        var forwarded = new List<ForwardedSignal>();
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            if (scope.Signal(key, what) is not { } signal)
            {
                continue;
            }

            if (Array.IndexOf(_notForwarded, signal.Number) >= 0)
            {
                scope.Problem(key, $"{what}: {signal} cannot be forwarded, the supervisor needs it itself");
            }
            else if (forwarded.Exists(one => one.Signal == signal))
            {
                scope.Problem(key, $"{what}: {signal} is written twice");
            }

            forwarded.Add(new(signal, Jobs(scope, what, value, jobs)));
        }

        return forwarded.ToSequence();
    }

    private static Sequence<string> Jobs(Scope scope, ValueName what, YamlNode value, IReadOnlyCollection<string> jobs)
    {
        var names = new List<string>();
        foreach (var item in value is YamlList list ? list.Items : [value])
        {
            if (scope.NonEmpty(item, what, "the name of a job") is not { } name)
            {
                continue;
            }

            names.Add(name);
            if (!jobs.Contains(name))
            {
                scope.Problem(item, $"{what}: there is no job '{name}'{Suggestions.For(name, jobs)}");
            }
        }

        return names.ToSequence();
    }
}
