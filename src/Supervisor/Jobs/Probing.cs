using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What the probes of the current phase have found: readiness before it is ready, health after that. At most one runs at a time.</summary>
public sealed record Probing
{
    /// <summary>Nobody asks.</summary>
    public static readonly Probing None = new();

    /// <summary>When the next probe is due; null: none is, or one runs.</summary>
    public TimeSpan? Due { get; init; }

    /// <summary>When the probe that runs began; null: none runs.</summary>
    public TimeSpan? Began { get; init; }

    /// <summary>Failures in a row that count.</summary>
    public int Failures { get; init; }

    /// <summary>Passes in a row.</summary>
    public int Successes { get; init; }

    /// <summary>What is to be said of its health.</summary>
    public Health Health { get; init; }

    /// <summary>Why the last probe did not pass; null: it passed.</summary>
    public string? LastFailure { get; init; }

    /// <summary>Nobody asks any more; what was found stays.</summary>
    public Probing Ended() => this == None ? None : this with { Due = null, Began = null };

    /// <summary>A probe begins.</summary>
    public Probing Begin(TimeSpan now) => this with { Due = null, Began = now };

    /// <summary>The running one is over: the next is due an interval after its beginning, or at once when it took longer.</summary>
    public Probing Over(ProbeSpec probe, ProbeAnswer answer, TimeSpan now) => this with
    {
        Began = null,
        Due = Began is { } began && began + probe.Interval > now ? began + probe.Interval : now,
        LastFailure = answer.Failure,
    };

    /// <summary>Counts an answer about health.</summary>
    public Probing Count(ProbeAnswer answer, HealthSpec spec, bool inStartPeriod) => answer.Verdict switch
    {
        ProbeVerdict.Passed => this with
        {
            Failures = 0,
            Successes = Successes + 1,
            Health = Successes + 1 >= spec.Successes ? Health.Healthy : Health,
        },
        ProbeVerdict.Failed when inStartPeriod && Health is Health.Starting => this with { Successes = 0 },
        ProbeVerdict.Failed => this with { Failures = Failures + 1, Successes = 0, Health = Failures + 1 >= spec.Failures ? Health.Unhealthy : Health },
        _ => this,
    };
}

/// <summary>What is to be said of a job's health.</summary>
public enum Health
{
    /// <summary>Nobody asks, or it is not up.</summary>
    None,
    /// <summary>No probe has passed yet.</summary>
    Starting,
    /// <summary>It is well.</summary>
    Healthy,
    /// <summary>So many probes in a row have failed that it is ended.</summary>
    Unhealthy,
}

/// <summary>The answer of a probe.</summary>
/// <param name="Verdict">Yes, no, or nobody can tell.</param>
/// <param name="Failure">Why not, in words; null when it passed.</param>
public readonly record struct ProbeAnswer(ProbeVerdict Verdict, string? Failure)
{
    /// <summary>Yes.</summary>
    public static readonly ProbeAnswer Passed = new(ProbeVerdict.Passed, null);

    /// <summary>No.</summary>
    public static ProbeAnswer Failed(string why) => new(ProbeVerdict.Failed, why);

    /// <summary>It could not be asked, for a reason that is not the job's: counts as nothing.</summary>
    public static ProbeAnswer Unknown(string why) => new(ProbeVerdict.Unknown, why);
}

/// <summary>Verdicts.</summary>
public enum ProbeVerdict
{
    /// <summary>Yes.</summary>
    Passed,
    /// <summary>No.</summary>
    Failed,
    /// <summary>It could not be asked.</summary>
    Unknown,
}

/// <summary>Words.</summary>
public static class Healths
{
    /// <summary>The word for it: <c>healthy</c>; null for none.</summary>
    public static string? Word(this Health health) => health switch
    {
        Health.None => null,
        Health.Starting => "starting",
        Health.Healthy => "healthy",
        Health.Unhealthy => "unhealthy",
        _ => throw new ArgumentOutOfRangeException(nameof(health), health, null),
    };
}
