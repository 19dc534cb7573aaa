using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What becomes of a job after an end that nobody asked for.</summary>
/// <param name="Verdict">Restart, completed or failed.</param>
/// <param name="Delay">Before the restart.</param>
/// <param name="Reason">In words: "restart: on-failure", "64 is in never_on", "5 restarts within 1m".</param>
/// <param name="History">What to remember.</param>
public sealed record RestartDecision(Verdict Verdict, TimeSpan Delay, string Reason, RestartHistory History)
{
    /// <summary>Decides, by the rules of <paramref name="spec"/>: never_on wins, then always_on, then the policy; then the limit.</summary>
    public static RestartDecision After(ExitRecord exit, RestartSpec spec, RestartHistory history, TimeSpan now, double dice)
    {
        // A start that took long and failed was never up. A limit with a window counts by the window alone.
        if (exit.Duration >= spec.ResetAfter && exit.Cause is not (ExitCause.SpawnFailed or ExitCause.StartTimeout))
        {
            history = new(0, spec.Within is null ? [] : history.Recent);
        }

        var (restart, reason) = Wanted(exit, spec);
        if (!restart)
        {
            return new(exit.Success ? Verdict.Completed : Verdict.Failed, TimeSpan.Zero, reason, history);
        }

        var recent = spec.Within is { } window ? history.Recent.RemoveAll(at => now - at > window) : history.Recent;
        if (spec.Limit is { } limit && recent.Length >= limit)
        {
            reason = $"{InWords.Count(recent.Length, "restart")}{(spec.Within is { } w ? $" within {InWords.Of(w)}" : "")} {(recent.Length == 1 ? "is" : "are")} the limit";
            return spec.RetryAfterLimit is { } retry
                ? new(Verdict.Restart, retry, reason, RestartHistory.None)
                : new(Verdict.Failed, TimeSpan.Zero, reason, RestartHistory.None);
        }

        var next = new RestartHistory(history.InARow + 1, spec.Limit is null ? [] : recent.Add(now));
        return new(Verdict.Restart, Backoff.Delay(spec, next.InARow, dice), reason, next);
    }

    /// <summary>Whether one of <paramref name="list"/> is how the run ended.</summary>
    public static bool Matches(Sequence<ExitMatch> list, ExitStatus? status)
    {
        foreach (var match in list.Span)
        {
            if (status is { } s && ((match.Code is { } code && s.Code == code) || (match.Signal is { } signal && s.Signal == signal)))
            {
                return true;
            }
        }

        return false;
    }

    private static (bool Restart, string Reason) Wanted(ExitRecord exit, RestartSpec spec) =>
        Matches(spec.NeverOn, exit.Status) ? (false, $"{InWords.Of(exit.Status)} is in never_on")
        : Matches(spec.AlwaysOn, exit.Status) ? (true, $"{InWords.Of(exit.Status)} is in always_on")
        : spec.Policy switch
        {
            RestartPolicy.Always => (true, "restart: always"),
            RestartPolicy.Never => (false, "restart: never"),
            _ when exit.Success => (false, "restart: on-failure, and this is success"),
            _ => (true, "restart: on-failure"),
        };
}

/// <summary>Verdicts.</summary>
public enum Verdict
{
    /// <summary>It is started again.</summary>
    Restart,
    /// <summary>It is done.</summary>
    Completed,
    /// <summary>It is given up.</summary>
    Failed,
}
