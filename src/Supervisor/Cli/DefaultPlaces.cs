using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Cli;

/// <summary>Where configuration and socket are when nobody says.</summary>
internal static class DefaultPlaces
{
    private const string System = "/etc/supervisor-daemon/supervisor.yaml";

    private static readonly string[] _here = ["supervisor.yaml", "supervisor.yml"];

    /// <summary>The configuration file: as given, else the one in the working directory if there is one, else the system's.</summary>
    public static string Configuration(string? given) => given ?? Array.Find(_here, File.Exists) ?? System;

    /// <summary>That nobody named a configuration file and none is where one is looked for, with what to do; null: there is something to read.</summary>
    public static string? NoConfiguration(string? given) => given is not null || File.Exists(Configuration(null)) ? null
        : $"there is no configuration: looked for {string.Join(", ", _here.Select(name => "./" + name))} (in {Directory.GetCurrentDirectory()}) and {System}\n"
            + "  `supervisor init` writes a commented one to start with (./supervisor.yaml); -c FILE names another";

    /// <summary>
    /// The sockets to try, in order: as given, else inside a job its supervisor's, else as the configuration says, else the usual ones for who we are.
    /// </summary>
    public static IReadOnlyList<string> Sockets(string? given, string? configuration)
    {
        if (given is not null)
        {
            return [given];
        }

        // Inside a job it is the supervisor of that job that is meant.
        if (configuration is null && Environment.GetEnvironmentVariable("SUPERVISOR_SOCKET") is { Length: > 0 } own)
        {
            return [own];
        }

        var file = Configuration(configuration);
        if (configuration is not null && !File.Exists(file))
        {
            throw new CommandFailure(ExitCodes.Failed, $"there is no configuration file {file}; -s PATH names the socket itself");
        }

        // A configuration that has become invalid does not hide a daemon that still runs with the old one.
        var context = Context();
        var places = SocketPlaces.Of(File.Exists(file) ? ConfigurationReader.ReadSocket(file, context) : null, context, Tmds.Linux.LibC.geteuid());

        // Who runs no supervisor of his own means the machine's, which its control group may let him see.
        return places.Count == 0 || (file == System && configuration is null && !places.Any(File.Exists))
            ? [.. places.Append(SocketPlaces.OfRoot).Distinct()]
            : places;
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
}
