using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Jobs;

public class RestartDecisionTests
{
    private static readonly RestartSpec _spec = new() { Jitter = 0 };

    [Theory]
    [InlineData(RestartPolicy.OnFailure, 0, Verdict.Completed)]
    [InlineData(RestartPolicy.OnFailure, 1, Verdict.Restart)]
    [InlineData(RestartPolicy.Always, 0, Verdict.Restart)]
    [InlineData(RestartPolicy.Always, 1, Verdict.Restart)]
    [InlineData(RestartPolicy.Never, 0, Verdict.Completed)]
    [InlineData(RestartPolicy.Never, 1, Verdict.Failed)]
    public void The_policy_decides(RestartPolicy policy, int code, Verdict verdict) =>
        Assert.Equal(verdict, After(Exit(ExitStatus.Exited(code)), _spec with { Policy = policy }).Verdict);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(13), InlineData(15)]
    public void Systemds_clean_signals_are_success(int signal) =>
        Assert.Equal(Verdict.Completed, After(Exit(ExitStatus.Signaled(new(signal))), _spec).Verdict);

    [Theory]
    [InlineData(6), InlineData(9), InlineData(11), InlineData(10)]
    public void Other_signals_are_not(int signal) =>
        Assert.Equal(Verdict.Restart, After(Exit(ExitStatus.Signaled(new(signal))), _spec).Verdict);

    [Fact]
    public void Never_on_wins_over_always_on_and_that_over_the_policy()
    {
        var both = _spec with { Policy = RestartPolicy.Never, NeverOn = [ExitMatch.OfCode(64)], AlwaysOn = [ExitMatch.OfCode(64), ExitMatch.OfCode(0)] };

        Assert.Equal((Verdict.Failed, "code 64 is in never_on"), Told(After(Exit(ExitStatus.Exited(64)), both)));
        Assert.Equal((Verdict.Restart, "code 0 is in always_on"), Told(After(Exit(ExitStatus.Exited(0)), both)));
    }

    [Fact]
    public void A_start_timeout_is_a_failure_though_the_status_is_a_clean_signal() =>
        Assert.Equal(Verdict.Restart, After(Exit(ExitStatus.Signaled(Signal.Term), cause: ExitCause.StartTimeout), _spec).Verdict);

    [Fact]
    public void The_limit_gives_up_or_tries_again_later()
    {
        var limited = _spec with { Limit = 2, Within = TimeSpan.FromMinutes(1) };
        var full = new RestartHistory(2, [TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(55)]);

        Assert.Equal((Verdict.Failed, "2 restarts within 60 s are the limit"), Told(After(Exit(ExitStatus.Exited(1)), limited, full)));
        Assert.Equal("1 restart within 60 s is the limit", After(Exit(ExitStatus.Exited(1)), limited with { Limit = 1 }, full with { Recent = full.Recent[..1] }).Reason);
        var later = After(Exit(ExitStatus.Exited(1)), limited with { RetryAfterLimit = TimeSpan.FromMinutes(5) }, full);
        Assert.Equal((Verdict.Restart, TimeSpan.FromMinutes(5), RestartHistory.None), (later.Verdict, later.Delay, later.History));
        Assert.Equal(Verdict.Restart, After(Exit(ExitStatus.Exited(1)), limited, full with { Recent = [TimeSpan.Zero, TimeSpan.FromSeconds(55)] }, now: 61).Verdict);
    }

    [Fact]
    public void A_limit_of_zero_allows_no_restart() =>
        Assert.Equal(Verdict.Failed, After(Exit(ExitStatus.Exited(1)), _spec with { Limit = 0 }).Verdict);

    [Fact]
    public void A_long_run_sets_the_delay_back() =>
        Assert.Equal(_spec.Delay, After(Exit(ExitStatus.Exited(1), seconds: 60), _spec, new(7, [])).Delay);

    [Fact]
    public void A_long_run_does_not_empty_the_window_of_a_limit()
    {
        var hourly = _spec with { Limit = 3, Within = TimeSpan.FromHours(1) };
        var history = new RestartHistory(3, [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]);

        Assert.Equal(Verdict.Failed, After(Exit(ExitStatus.Exited(1), seconds: 90), hourly, history, now: 100).Verdict);
        Assert.Equal(Verdict.Restart, After(Exit(ExitStatus.Exited(1), seconds: 90), hourly with { Within = null }, history, now: 100).Verdict);
    }

    [Theory]
    [InlineData(ExitCause.StartTimeout)]
    [InlineData(ExitCause.SpawnFailed)]
    public void A_start_that_failed_late_was_never_up(ExitCause cause) =>
        Assert.Equal(3, After(Exit(null, cause, seconds: 90), _spec, new(2, [])).History.InARow);

    [Fact]
    public void Delays_grow_up_to_the_longest_and_never_overflow()
    {
        Assert.Equal([100, 200, 400, 800], Enumerable.Range(1, 4).Select(n => Backoff.Delay(_spec, n, 0.5).TotalMilliseconds));
        foreach (var spec in new[] { _spec, _spec with { Factor = 1e300 }, _spec with { Delay = TimeSpan.Zero, Factor = 10 }, _spec with { Factor = 1 } })
        {
            for (var n = 0; n <= 10_000; n++)
            {
                Assert.InRange(Backoff.Delay(spec, n, 0.5), TimeSpan.Zero, spec.MaxDelay);
            }
        }
    }

    [Theory]
    [InlineData(0, 90), InlineData(0.5, 100), InlineData(1, 110)]
    public void Jitter_moves_both_ways(double dice, double milliseconds) =>
        Assert.Equal(milliseconds, Backoff.Delay(new(), 1, dice).TotalMilliseconds, 3);

    private static (Verdict, string) Told(RestartDecision decision) => (decision.Verdict, decision.Reason);

    private static RestartDecision After(ExitRecord exit, RestartSpec spec, RestartHistory? history = null, double now = 60) =>
        RestartDecision.After(exit, spec, history ?? RestartHistory.None, TimeSpan.FromSeconds(now), 0.5);

    internal static ExitRecord Exit(ExitStatus? status, ExitCause? cause = null, double seconds = 1) => new()
    {
        Attempt = 1,
        InvocationId = "",
        Cause = cause ?? (status is { Signal: not null } ? ExitCause.Signal : ExitCause.Exited),
        Status = status,
        Success = cause is null && RestartDecision.Matches(RestartSpec.DefaultSuccess, status),
        Started = default,
        Ended = default,
        Duration = TimeSpan.FromSeconds(seconds),
        Pid = status is null ? null : 42,
    };
}
