using System.Collections;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>The environment of a start, in layers: a later one wins. Pure: everything it needs is given.</summary>
internal static class ChildEnvironment
{
    /// <summary>PATH of a job when nobody says any.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // What our own manager told us concerns us, not our jobs.
    private static readonly string[] _ours = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "INVOCATION_ID", "JOURNAL_STREAM", "MANAGERPID",
        "MANAGERPIDFDID", "SYSTEMD_EXEC_PID", "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE", "FDSTORE", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY",
        "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY"];

    private static readonly Lazy<InheritedEnvironment> _inherited = new(() => new(ReadOurs()));

    /// <summary>The environment of a start; <paramref name="inherited"/> is the first layer.</summary>
    public static StartEnvironment Compute(
        InheritedEnvironment inherited,
        Account? account,
        IEnumerable<EnvironmentVariable> files,
        IEnumerable<EnvironmentVariable> configured,
        IEnumerable<EnvironmentVariable> supervisor)
    {
        var environment = new StartEnvironment(inherited);
        environment.Add(OfAccount(account));
        environment.Add(files);
        environment.Add(configured);
        environment.Add(supervisor);
        if (environment.ValueOf("PATH") is null)
            environment.Set("PATH", DefaultPath);
        return environment;
    }

    /// <summary>Our own variables that jobs get: read once, since nobody changes them after our start.</summary>
    public static InheritedEnvironment Inherited => _inherited.Value;

    private static EnvironmentVariable[] ReadOurs() =>
    [
        .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => new EnvironmentVariable((string)entry.Key, (string?)entry.Value ?? "")),
    ];

    /// <summary>Whether jobs inherit a variable of ours.</summary>
    public static bool IsPassedOn(string name) =>
        !_ours.Contains(name)
        && !name.StartsWith("LISTEN_", StringComparison.Ordinal)
        && !name.StartsWith("SUPERVISOR_", StringComparison.Ordinal);

    private static IEnumerable<EnvironmentVariable> OfAccount(Account? account) =>
        account?.Name is null ? []
        : [new("HOME", account.Home ?? "/"), new("USER", account.Name), new("LOGNAME", account.Name), new("SHELL", account.Shell ?? "/bin/sh")];
}
