using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>As PID 1 of a container: a pid namespace of its own.</summary>
public class PidOneTests
{
    private const string Container = "exec unshare --pid --fork --kill-child --mount-proc -- \"$@\"";

    [Theory]
    [InlineData("exit-after, '500', '42'", 42)]
    [InlineData("sleep-ms, '500', then, kill-self, '15'", 143)]
    public async Task It_ends_as_its_essential_job_has_ended_and_takes_the_others_along(string way, int code)
    {
        await using var daemon = await Start($"web: {{command: [CHILD, {way}], essential: true, restart: never}}\nother: {{command: [CHILD, double-fork, then, sleep]}}");

        var end = await daemon.Ended();

        Assert.Equal(code, end.Code);
        Assert.Contains("web is essential and has ended", end.Error);
    }

    [Fact]
    public async Task SIGTERM_stops_all_in_order()
    {
        await using var daemon = await Start("web: {command: [CHILD, sleep], depends_on: [db]}\ndb: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        Kernel.Signal(Inside(daemon), Kernel.SigTerm);
        var end = await daemon.Ended();

        Assert.Equal(0, end.Code);
        Assert.True(end.Error.IndexOf("web: stopped", StringComparison.Ordinal) < end.Error.IndexOf("db: stopped", StringComparison.Ordinal), end.Error);
    }

    // What `docker exec` starts is no descendant of ours, and its orphans come to us all the same: also while no job runs, when nothing tells of them.
    [Fact]
    public async Task Orphans_of_what_was_started_beside_it_are_reaped_also_while_no_job_runs()
    {
        await using var daemon = await Start("web: {command: [CHILD, sleep], start: manual}");

        var inside = Inside(daemon);
        var entered = await ProgramRun.ToEnd("nsenter", ["--pid", "--mount", "-t", $"{inside}", "sh", "-c", "(sh -c 'exit 3' & sh -c 'exit 4' &)"]);

        Assert.Equal(0, entered.Code);
        await daemon.Comes(status => status.GetProperty("supervisor").GetProperty("orphans_reaped").GetInt32() == 2);
        Kernel.Signal(inside, Kernel.SigTerm);
        Assert.Equal(0, (await daemon.Ended()).Code);
    }

    private static int Inside(Daemon daemon) =>
        Kernel.ProcessesOf(daemon.Folder).Single(process => process.Command.StartsWith(Built.Supervisor + " run", StringComparison.Ordinal)).Pid;

    private static async Task<Daemon> Start(string jobs)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can make a pid namespace");
        return await Daemon.Start(jobs, under: Container);
    }
}
