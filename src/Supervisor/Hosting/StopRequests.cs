namespace Supervisor.Hosting;

/// <summary>
/// Counts the signals that ask us to stop, as people mean them: one press can arrive twice (a terminal sends SIGINT to the whole foreground group, and
/// a wrapper such as timeout(1), npm or a shell's trap passes on its own), and must not count as "now kill everything".
/// </summary>
internal sealed class StopRequests(TimeProvider time)
{
    /// <summary>How long after one that counted another is the same one; shorter than anybody presses Ctrl-C again on purpose.</summary>
    public static readonly TimeSpan SameFor = TimeSpan.FromSeconds(0.5);

    private readonly Lock _one = new();
    private long? _last;

    /// <summary>A signal has come: false for the first one, true for another one, null when it is the same one again.</summary>
    public bool? Arrived()
    {
        lock (_one)
        {
            var now = time.GetTimestamp();
            var before = _last;
            if (before is { } last && time.GetElapsedTime(last, now) < SameFor)
            {
                return null;
            }

            _last = now;
            return before is not null;
        }
    }
}
