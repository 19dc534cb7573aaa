namespace Supervisor.Configuration.Keys;

/// <summary>The keys of <c>ready:</c> and <c>health:</c>.</summary>
internal static class ProbeKeys
{
    private static readonly Key[] _kinds =
    [
        new("tcp", Shape.Text, null, "host:port that accepts a connection."),
        new("http", Shape.Text, null, "URL (http://...) that answers a GET with a status in the range; redirects are not followed."),
        new("exec", Shape.Command, null, "Command that exits with 0, run as the job's user, in its directory, with its environment."),
    ];

    private static readonly Key[] _ofHttp =
    [
        new("status", Shape.Text, "200-399", "For http: the status, or from-to, that passes."),
        new("headers", Shape.MapOf(Shape.Text), "{}", "For http: headers sent besides the usual ones."),
        new("socket", Shape.Text, null, "For http: Unix socket to connect to instead of the URL's host."),
    ];

    public static readonly Section Ready = new("ready",
    [
        new("after", Shape.Duration, null, "Ready when the process has lived that long."),
        .. _kinds,
        new("interval", Shape.Duration, "500ms", "From one asking to the next, for tcp, http and exec; they never overlap."),
        new("timeout", Shape.Duration, "1s", "Limit of one asking."),
        .. _ofHttp,
        new("fd", Shape.Integer(3, 255), null, "Ready when it writes a newline to this descriptor (s6's notification-fd)."),
        new("log", Shape.Text, null, "Ready when a line of its output matches this regular expression (.NET's, without backreferences and look-around)."),
    ]);

    public static readonly Section Health = new("health",
    [
        .. _kinds,
        new("interval", Shape.Duration, "10s", "From one asking to the next; they never overlap."),
        new("timeout", Shape.Duration, "1s", "Limit of one asking."),
        new("failures", Shape.Integer(1, 1_000_000), "3", "So many failures in a row end it: `stop:`, then its restart policy."),
        new("successes", Shape.Integer(1, 1_000_000), "1", "So many passes in a row make it healthy."),
        new("start_period", Shape.Duration, "0", "Time from its start in which failures do not count, unless a probe has passed."),
        .. _ofHttp,
    ]);
}
