using System.Globalization;
using Supervisor.Configuration;
using Supervisor.Configuration.Binding;

namespace Supervisor.Cli;

/// <summary>
/// Where a supervisor listens when its configuration leaves that to it (<c>directory: auto</c>). The rule is the daemon's own
/// (<see cref="Directories.Automatic"/>); a client knows besides that the daemon may have been started where XDG_RUNTIME_DIR was another (cron, su, ssh
/// without a session, a container) and looks there too.
/// </summary>
internal static class SocketPlaces
{
    private const string RuntimeDirectory = "XDG_RUNTIME_DIR";

    /// <summary>The machine's: that of a supervisor which root runs.</summary>
    public const string OfRoot = "/run/supervisor-daemon/control.sock";

    /// <summary>The places in the order in which they are tried.</summary>
    /// <param name="configured">What the configuration says, which is <c>auto</c>'s when it says nothing; null: there is none that can be read.</param>
    /// <param name="context">The environment.</param>
    /// <param name="user">Our user id.</param>
    public static IReadOnlyList<string> Of(string? configured, ConfigurationContext context, uint user)
    {
        var usual = Directories.Automatic(context)?.Socket;
        if (configured is not null && configured != usual)
        {
            return [configured];
        }

        string?[] places =
        [
            usual,
            Directories.Automatic(With(context, null))?.Socket,
            Directories.Automatic(With(context, string.Create(CultureInfo.InvariantCulture, $"/run/user/{user}")))?.Socket,
        ];
        return [.. places.OfType<string>().Distinct()];
    }

    private static ConfigurationContext With(ConfigurationContext context, string? runtimeDirectory)
    {
        var environment = new Dictionary<string, string>(context.Environment);
        environment.Remove(RuntimeDirectory);
        if (runtimeDirectory is not null)
        {
            environment[RuntimeDirectory] = runtimeDirectory;
        }

        return context with { Environment = environment };
    }
}
