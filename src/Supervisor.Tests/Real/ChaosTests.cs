using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The supervisor is killed again and again, under a real systemd and load (scripts/chaos.sh; needs root).</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Twenty_kills_lose_no_line_no_attempt_and_no_status_and_leave_nothing_behind()
    {
        Assert.SkipUnless(Environment.UserName == "root", "a private systemd needs root");

        using var run = await ProgramRun.Start(
            "bash", [Path.Combine(Built.Repository, "scripts/chaos.sh"), "20"], new Dictionary<string, string> { ["SUPERVISOR"] = Built.Supervisor }, Built.Repository);
        var result = await run.Ended(TimeSpan.FromMinutes(6));

        Assert.True(result.Code == 0, result.ToString());
        Assert.Contains("none lost, none doubled", result.Out);
    }
}
