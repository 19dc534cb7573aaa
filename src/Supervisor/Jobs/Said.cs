namespace Supervisor.Jobs;

/// <summary>What a run has told of itself (sd_notify).</summary>
public sealed record Said
{
    /// <summary>Nothing yet.</summary>
    public static readonly Said Nothing = new();

    /// <summary>STATUS=, for people.</summary>
    public string? Status { get; init; }

    /// <summary>ERRNO=.</summary>
    public int? Errno { get; init; }

    /// <summary>EXIT_STATUS=.</summary>
    public string? ExitStatus { get; init; }

    /// <summary>Whether it re-reads its configuration at the moment.</summary>
    public bool IsReloading { get; init; }

    /// <summary>When it was asked to; null: it was not, or has done it.</summary>
    public TimeSpan? ReloadAsked { get; init; }

    /// <summary>Until when it is to confirm that.</summary>
    public TimeSpan? ReloadDeadline { get; init; }

    /// <summary>Why the last reload that it was asked for counts as failed; null: it does not.</summary>
    public string? ReloadFailure { get; init; }

    /// <summary>WATCHDOG_USEC=: another time for its watchdog.</summary>
    public TimeSpan? WatchdogTime { get; init; }

    /// <summary>What it told last, for the record of its end; null: nothing.</summary>
    public string? InWords
    {
        get
        {
            var words = string.Join(", ", new[] { Status, Errno is { } errno ? $"errno {errno}" : null, ExitStatus is { } status ? $"exit status {status}" : null }.OfType<string>());
            return words.Length == 0 ? null : words;
        }
    }

    /// <summary>It is asked to re-read its configuration, and to confirm that.</summary>
    public Said AskToReload(TimeSpan now, TimeSpan limit) => this with { ReloadAsked = now, ReloadDeadline = now + limit, ReloadFailure = null };

    /// <summary>It is through with that.</summary>
    public Said Reloaded => this with { IsReloading = false, ReloadAsked = null, ReloadDeadline = null };
}
