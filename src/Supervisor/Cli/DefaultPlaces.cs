using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Cli;

/// <summary>Where configuration and socket are when nobody says.</summary>
internal static class DefaultPlaces
{
    private const string Here = "supervisor.yaml";
    private const string SystemSocket = "/run/supervisor-daemon/control.sock";
    private const string System = "/etc/supervisor-daemon/supervisor.yaml";

    /// <summary>The configuration file: as given, else ./supervisor.yaml if there is one, else the system's.</summary>
    public static string Configuration(string? given) => given ?? (File.Exists(Here) ? Here : System);

    /// <summary>The socket: as given, else inside a job its supervisor's, else as the configuration says, else the usual one for who we are.</summary>
    public static string Socket(string? given, string? configuration)
    {
        if (given is not null)
        {
            return given;
        }

        // Inside a job it is the supervisor of that job that is meant.
        if (configuration is null && Environment.GetEnvironmentVariable("SUPERVISOR_SOCKET") is { Length: > 0 } own)
        {
            return own;
        }

        var file = Configuration(configuration);
        if (configuration is not null && !File.Exists(file))
        {
            throw new CommandFailure(ExitCodes.Failed, $"there is no configuration file {file}; -s PATH names the socket itself");
        }

        // A configuration that has become invalid does not hide a daemon that still runs with the old one.
        var usual = File.Exists(file) && ConfigurationReader.ReadSocket(file, Context()) is { } socket ? socket : UsualSocket();

        // Who runs no supervisor of his own means the machine's, which its control group may let him see.
        return file == System && configuration is null && !File.Exists(usual) && File.Exists(SystemSocket) ? SystemSocket : usual;
    }

    /// <summary>Reads a configuration as the daemon would.</summary>
    public static ConfigurationResult Read(string file) => ConfigurationReader.Read(file, Context());

    private static ConfigurationContext Context()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (global::System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new(environment, IsRoot, LogTarget.File);
    }

    private static bool IsRoot => Tmds.Linux.LibC.geteuid() == 0;

    private static string UsualSocket() =>
        IsRoot || Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is not { Length: > 0 } runtime
            ? SystemSocket
            : Path.Combine(runtime, "supervisor-daemon", "control.sock");
}
