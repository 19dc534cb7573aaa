using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Processes whose parent has gone come to the supervisor, wherever it runs; it reaps and counts them, and has no handler of SIGCHLD for it.</summary>
public class OrphanTests
{
    private const int SigChld = 17;

    // The grandchild of a process that ends first, in a session of its own: its end is ours to see.
    private const string Job = "forker: {command: [sh, -c, 'for i in 1 2 3; do (setsid sh -c \"exit 5\" &); done; echo forked; exec CHILD sleep'], log: {stdout: file}}";

    [Fact]
    public async Task A_subreaper_reaps_and_counts_them() => await Counts(terminal: null);

    [Theory]
    [InlineData("a subreaper", "exec DAEMON run -c DIR/supervisor.yaml")]
    [InlineData("PID 1", "exec unshare --pid --fork --mount-proc --kill-child DAEMON run -c DIR/supervisor.yaml")]
    public async Task So_does_on_a_terminal(string who, string command)
    {
        Assert.SkipUnless(who != "PID 1" || Environment.UserName == "root", "only root can make a pid namespace");
        await Counts(command);
    }

    // Session, environment and output are gone: nothing tells whose they are, and nobody is killed by guess before the end.
    [Fact]
    public async Task Those_that_belong_to_nobody_live_until_the_shutdown_and_are_signalled_then()
    {
        await using var daemon = await Daemon.Start("""
            web:
              command:
              - sh
              - -c
              - "(env -i setsid sh -c 'trap \"echo polite >>DIR/ends; exit\" TERM; echo >DIR/there; while :; do sleep 0.1; done' >/dev/null 2>&1 </dev/null &);
                (env -i setsid sh -c 'trap \"\" TERM; echo >DIR/here; exec DIR/child sleep' >/dev/null 2>&1 </dev/null &);
                (sh -c 'while [ ! -e DIR/there ] || [ ! -e DIR/here ]; do sleep 0.1; done' &); exec CHILD sleep"
            """);
        // They are counted when somebody has ended: the third.
        await daemon.Comes(status => status.GetProperty("supervisor").GetProperty("strays").GetInt32() == 2);
        Assert.False(File.Exists(Path.Combine(daemon.Folder, "ends")));

        var end = await daemon.Stop();

        Assert.Equal(0, end.Code);
        Assert.Equal("polite\n", await File.ReadAllTextAsync(Path.Combine(daemon.Folder, "ends")));
        Assert.Contains("2 processes came to the supervisor and belong to no job; SIGTERM to them", end.Error);
    }

    private static async Task Counts(string? terminal)
    {
        await using var daemon = await Daemon.Start(Job, terminal: terminal);
        await daemon.WaitFor("ready", "forker");
        using var logs = await daemon.Begin("logs", "-f", "forker");
        await logs.Says("forked");

        await daemon.Comes(status => status.GetProperty("supervisor").GetProperty("orphans_reaped").GetInt32() == 3);

        var inside = Kernel.ProcessesOf(daemon.Folder).Where(process => process.Command.StartsWith(Built.Supervisor + " run", StringComparison.Ordinal)).ToList();
        Assert.False(Kernel.Catches(Assert.Single(inside).Pid, SigChld));
        Assert.Equal("ready", (await daemon.Status("forker")).GetProperty("state").GetString());

        Kernel.Signal(inside[0].Pid, Kernel.SigTerm);
        Assert.Equal(0, (await daemon.Ended()).Code);
    }
}
