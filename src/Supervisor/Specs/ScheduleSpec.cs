namespace Supervisor.Specs;

/// <summary>When a job runs by itself: exactly one of <see cref="Cron"/> and <see cref="Every"/> is set.</summary>
public sealed record ScheduleSpec
{
    /// <summary>A cron expression: five fields, six with seconds first, or a macro such as <c>@daily</c>.</summary>
    public string? Cron { get; init; }

    /// <summary>The zone whose clock <see cref="Cron"/> means; null: the machine's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Time from one run's due time to the next one's.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Each run is later by a random part of this.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>What happens when a run is due while the one before still goes on.</summary>
    public Overlap Overlap { get; init; } = Overlap.Skip;

    /// <summary>Whether a run that was missed while the supervisor was down is made up for, once.</summary>
    public bool CatchUp { get; init; }

    /// <summary>Whether it also runs when it is started, without waiting for its schedule.</summary>
    public bool AtStart { get; init; }
}

/// <summary>What happens to a run that is due while the one before still goes on.</summary>
public enum Overlap
{
    /// <summary>It is left out, and counted.</summary>
    Skip,
    /// <summary>It follows when the one before is through; at most one waits.</summary>
    Queue,
    /// <summary>The one before is stopped for it.</summary>
    Replace,
}
