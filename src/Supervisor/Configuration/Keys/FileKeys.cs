namespace Supervisor.Configuration.Keys;

/// <summary>The keys of a file and of its <c>supervisor:</c> part.</summary>
internal static class FileKeys
{
    public static readonly Section Control = new("supervisor.control",
        new("socket", Shape.Text, "(control.sock in the runtime directory)", "Path of the control socket."),
        new("group", Shape.Text, "(none)", "Group that may connect besides root and the owner."),
        new Key("group_may", Shape.Words(Vocabulary.GroupMay.All), "read", "Whether that group may read only, or do everything."));

    public static readonly Section Http = new("supervisor.http",
        new("listen", Shape.Text, "127.0.0.1:9001", "Address and port, [::1]:9001 for IPv6, or a port alone for 127.0.0.1; port 0: any free one, the log tells which."),
        new("token_file", Shape.Text, "(http-token in the state directory, made when it is missing)", "File with the token that clients have to show; others must not be able to read it."),
        new Key("hosts", Shape.Texts, "[]", "Names by which browsers may reach it besides localhost and IP addresses."));

    public static readonly Section RestartLimit = new("supervisor.restart_limit",
        new("limit", Shape.Integer(1, 1_000_000), "1000", "Automatic restarts of all jobs together within `within`; further ones are held back until there is room again."),
        new Key("within", Shape.Duration, "10s", "The window."));

    public static readonly Section Supervisor = new("supervisor",
    [
        new("directory", Shape.Text, "auto", "Directory of runtime files (run/), state (state/), logs (log/) and control.sock; auto: the usual places."),
        new("state_directory", Shape.Text, "(as directory says)", "Directory of the state."),
        new("log_directory", Shape.Text, "(as directory says)", "Directory of the jobs' log files."),
        new("control", Shape.Of(Control), "{}", "The control socket."),
        new("stop_timeout", Shape.Duration, "90s", "Limit of the whole shutdown."),
        new("restart_limit", Shape.OneOf(Shape.Words("none"), Shape.Of(RestartLimit)), "{limit: 1000, within: 10s}", "How many automatic restarts there may be over all jobs; none: as many as it takes."),
        new("forward_signals", Shape.MapOf(Shape.ListOf(Shape.Text)), "{}", "Signals passed on to the main processes of jobs: {SIGUSR1: [web]}."),
        new("on_crash", Shape.Words(Vocabulary.OnCrash.All), "(stop; adopt where the service manager keeps descriptors)", "What becomes of the jobs when the supervisor is killed."),
        new("cleanup", Shape.ListOf(Shape.Of(JobKeys.Hook)), "[]", "Hooks at the end of the shutdown (after a crash: at the next start); the last one runs first, see cleanup.md."),
        new("http", Shape.Of(Http), "(off)", "The dashboard and the API over TCP, see dashboard.md; `{}` turns it on."),
    ]);

    public static readonly Section Region = new("region",
        new Key("size", Shape.Size, null, "Its size; memory is taken page by page as it is touched. Required."));

    public static readonly Section File = new("file",
    [
        new("version", Shape.Integer(1, 1), "1", "Version of this format."),
        new("include", Shape.Texts, "[]", "Further files or globs, relative to this file, in order."),
        new("supervisor", Shape.Of(Supervisor), "{}", "The supervisor's own settings; in the main file only."),
        new("defaults", Shape.Of(JobKeys.Job), "{}", "Job keys that every job starts from; in the main file only."),
        new("jobs", Shape.MapOf(Shape.Of(JobKeys.Job)), "{}", "The jobs by name."),
        new("regions", Shape.MapOf(Shape.Of(Region)), "{}", "Regions of shared memory by name, mapped by every job that names them; any file may have some."),
    ]);
}
