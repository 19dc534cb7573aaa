namespace Supervisor.Configuration.Binding;

/// <summary>The three directories of a supervisor.</summary>
/// <param name="Runtime">Lock file; and the control socket unless it is set.</param>
/// <param name="State">What outlives a restart.</param>
/// <param name="Logs">Log files of jobs.</param>
/// <param name="Socket">The control socket.</param>
public sealed record Directories(string Runtime, string State, string Logs, string Socket)
{
    private const string Product = "supervisor-daemon";

    /// <summary><c>directory: PATH</c>: all in one place.</summary>
    public static Directories Under(string path) =>
        new(Path.Combine(path, "run"), Path.Combine(path, "state"), Path.Combine(path, "log"), Path.Combine(path, "control.sock"));

    /// <summary>
    /// <c>directory: auto</c>: the places of root; those that the service manager has made for a service of another user; or those of the XDG base
    /// directory specification. Null when not even HOME is known.
    /// </summary>
    public static Directories? Automatic(ConfigurationContext context)
    {
        if (context.IsRoot)
        {
            return new($"/run/{Product}", $"/var/lib/{Product}", $"/var/log/{Product}", $"/run/{Product}/control.sock");
        }

        // RuntimeDirectory=, StateDirectory= and LogsDirectory= of systemd.exec(5), all of them: one alone may be somebody else's.
        if ((First(context, "RUNTIME_DIRECTORY"), First(context, "STATE_DIRECTORY"), First(context, "LOGS_DIRECTORY")) is ({ } run, { } kept, { } logs))
        {
            return new(run, kept, logs, Path.Combine(run, "control.sock"));
        }

        // A relative XDG path is to be ignored, says the specification.
        var home = Absolute(context, "HOME");
        var state = Absolute(context, "XDG_STATE_HOME") ?? (home is null ? null : Path.Combine(home, ".local/state"));
        if (state is null)
        {
            return null;
        }

        state = Path.Combine(state, Product);
        var runtime = Absolute(context, "XDG_RUNTIME_DIR") is { } xdg ? Path.Combine(xdg, Product) : Path.Combine(state, "run");
        return new(runtime, state, Path.Combine(state, "log"), Path.Combine(runtime, "control.sock"));
    }

    private static string? First(ConfigurationContext context, string variable) =>
        context.Environment.TryGetValue(variable, out var paths) && paths.Split(':')[0] is var path && Path.IsPathRooted(path) ? path : null;

    private static string? Absolute(ConfigurationContext context, string variable) =>
        context.Environment.TryGetValue(variable, out var path) && Path.IsPathRooted(path) ? path : null;
}
