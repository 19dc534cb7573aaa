using System.Net;
using Xunit;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>Upgrades over the API.</summary>
public sealed class UpgradeApiTests
{
    [Fact]
    public async Task It_begins_with_the_version_that_takes_over_and_the_count_of_before()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.PostAsync("/v1/upgrade", """{"binary": "/opt/new"}""");

        Assert.Equal((HttpStatusCode.OK, "9.9", 0), (status, json.GetProperty("next").GetString(), json.GetProperty("upgrades").GetInt32()));
        Assert.Equal(["/opt/new"], control.Upgrader.Programs);
    }

    [Fact]
    public async Task A_refusal_and_a_failure_come_with_their_reasons()
    {
        await using var control = await RunningControl.StartAsync();
        control.Upgrader.Answer = new(null, "no good");

        var (refused, why) = await control.PostAsync("/v1/upgrade", "");
        var waiting = control.GetAsync("/v1/upgrade?after=0");
        Assert.False(waiting.IsCompleted);
        control.Upgrader.Failure.SetResult("execve: No such file or directory");
        var (failed, reason) = await waiting;
        var (relative, _) = await control.PostAsync("/v1/upgrade", """{"binary": "new"}""");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (refused, failed, relative));
        Assert.Contains("no good", why.GetProperty("detail").GetString());
        Assert.Contains("execve: No such file", reason.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Afterwards_the_next_program_answers_at_once()
    {
        await using var control = await RunningControl.StartAsync();
        control.Upgrader.Upgrades = 3;

        var (status, json) = await control.GetAsync("/v1/upgrade?after=2");

        Assert.Equal((HttpStatusCode.OK, 3), (status, json.GetProperty("upgrades").GetInt32()));
    }

    [Fact]
    public async Task Nobody_waits_for_one_that_a_crash_has_cut_short()
    {
        await using var control = await RunningControl.StartAsync();
        control.Upgrader.IsUnderWay = false;

        var (status, json) = await control.GetAsync("/v1/upgrade?after=0");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith("no upgrade is under way", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
