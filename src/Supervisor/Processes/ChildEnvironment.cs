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

    private const int UsualCount = 64;

    private static readonly Lazy<EnvironmentVariable[]> _inherited = new(ReadOurs);

    /// <summary>NAME=value strings, each name once, in the order of first mention.</summary>
    public static List<string> Compute(
        IEnumerable<EnvironmentVariable> inherited,
        Account? account,
        IEnumerable<EnvironmentVariable> files,
        IEnumerable<EnvironmentVariable> configured,
        IEnumerable<EnvironmentVariable> supervisor)
    {
        var values = new Dictionary<string, string>(UsualCount, StringComparer.Ordinal);
        var order = new List<string>(UsualCount);
        Add(inherited.Where(v => IsPassedOn(v.Name)));
        Add(OfAccount(account));
        Add(files);
        Add(configured);
        Add(supervisor);
        if (!values.ContainsKey("PATH"))
            Add([new("PATH", DefaultPath)]);
        return order.ConvertAll(name => $"{name}={values[name]}");

        void Add(IEnumerable<EnvironmentVariable> variables)
        {
            foreach (var (name, value) in variables)
            {
                if (!values.ContainsKey(name))
                    order.Add(name);
                values[name] = value;
            }
        }
    }

    /// <summary>Our own variables that jobs get: read once, since nobody changes them after our start.</summary>
    public static IReadOnlyList<EnvironmentVariable> Inherited => _inherited.Value;

    /// <summary>The value of <paramref name="name"/> in what <see cref="Compute"/> made.</summary>
    public static string? ValueOf(List<string> environment, string name) =>
        environment.Find(v => v.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static EnvironmentVariable[] ReadOurs() =>
    [
        .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => new EnvironmentVariable((string)entry.Key, (string?)entry.Value ?? ""))
            .Where(variable => IsPassedOn(variable.Name)),
    ];

    private static bool IsPassedOn(string name) =>
        !_ours.Contains(name)
        && !name.StartsWith("LISTEN_", StringComparison.Ordinal)
        && !name.StartsWith("SUPERVISOR_", StringComparison.Ordinal);

    private static IEnumerable<EnvironmentVariable> OfAccount(Account? account) =>
        account?.Name is null ? []
        : [new("HOME", account.Home ?? "/"), new("USER", account.Name), new("LOGNAME", account.Name), new("SHELL", account.Shell ?? "/bin/sh")];
}
