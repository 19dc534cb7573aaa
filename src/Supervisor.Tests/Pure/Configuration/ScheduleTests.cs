using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public class ScheduleTests : ConfigurationTest
{
    [Fact]
    public void A_job_with_a_schedule_is_a_oneshot_that_is_not_restarted_unless_it_says_so()
    {
        var job = Job("schedule: {cron: \"0 3 * * *\", timezone: Europe/Zurich, jitter: 5m, overlap: replace, catch_up: true}");

        Assert.Equal(
            new ScheduleSpec { Cron = "0 3 * * *", TimeZone = "Europe/Zurich", Jitter = TimeSpan.FromMinutes(5), Overlap = Overlap.Replace, CatchUp = true }, job.Schedule);
        Assert.Equal((JobKind.Oneshot, RestartPolicy.Never), (job.Kind, job.Restart.Policy));
        Assert.Equal([ExitMatch.OfCode(0)], job.Restart.Success);
        Assert.Equal(RestartPolicy.OnFailure, Job("schedule: {every: 10m}", "restart: on-failure").Restart.Policy);
        Assert.Equal(3, Job("schedule: {every: 10m}", "restart: {limit: 3, policy: on-failure}").Restart.Limit);
    }

    [Theory]
    [InlineData("schedule: {cron: 61 * * * *}", "'schedule.cron' in job 'a': expected a cron expression of five fields (six with seconds first)")]
    [InlineData("schedule: {cron: 0 0 30 2 *}", "there is no such day")]
    [InlineData("schedule: {}", "'schedule.cron' in job 'a': expected either 'cron' or 'every', found neither")]
    [InlineData("schedule: {cron: '@daily', every: 1d}", "expected either 'cron' or 'every', found both")]
    [InlineData("schedule: {cron: '@daily', timezone: Europe/Zurrich}", "'schedule.timezone' in job 'a': there is no time zone 'Europe/Zurrich'; did you mean 'Europe/Zurich'?")]
    [InlineData("schedule: {every: 1d, timezone: UTC}", "'schedule.timezone' in job 'a' means nothing without 'cron'")]
    [InlineData("schedule: {every: 1m, jitter: 2m}", "'schedule.jitter' in job 'a' has to be shorter than 'every'")]
    [InlineData("schedule: {every: 0s}", "found zero")]
    [InlineData("schedule: {every: 1m, overlap: never}", "expected one of skip, queue, replace")]
    public void A_wrong_schedule_is_told_with_its_place(string line, string message) => Assert.Contains(message, Problem(line), StringComparison.Ordinal);

    [Fact]
    public void What_has_no_end_has_no_schedule()
    {
        Assert.Contains("so it is a oneshot", Problem("schedule: {every: 1m}", "kind: service"), StringComparison.Ordinal);
        Assert.Contains("has no final end", Problem("schedule: {every: 1m}", "essential: true"), StringComparison.Ordinal);
    }
}
