using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>docs/cleanup.md: hooks after every end, and what becomes of them when the supervisor is killed.</summary>
public class CleanupTests
{
    private static string Hook(string words, string more = "") => $"{{run: [sh, -c, 'echo {words} >>DIR/hooks']{more}}}";

    private static string[] Hooks(Daemon daemon) => File.Exists(Path.Combine(daemon.Folder, "hooks")) ? File.ReadAllLines(Path.Combine(daemon.Folder, "hooks")) : [];

    [Fact]
    public async Task Hooks_run_newest_first_with_the_cause_in_their_environment()
    {
        await using var daemon = await Daemon.Start($"""
            bad:
              command: [CHILD, exit, '7']
              restart: never
              cleanup: [{Hook("first $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS $SUPERVISOR_JOB $SUPERVISOR_ATTEMPT")}, {Hook("no", ", on: success")}, {Hook("second", ", on: failure")}]
            """);
        await daemon.WaitFor("stopped", "bad");

        Assert.Equal(["second", "first exit-code exited 7 bad 1"], Hooks(daemon));
        Assert.Contains("cleanup: runs sh -c", await daemon.Does("why", "bad"));
    }

    [Theory]
    [InlineData("command: [CHILD, segv], restart: never", "core-dump|signal dumped|killed SEGV")]
    [InlineData("command: [/nonexistent/program], restart: never", "resources  ")]
    [InlineData("command: [CHILD, sleep], before_start: [{run: [CHILD, exit, '3']}], restart: never", "resources  ")]
    [InlineData("command: [CHILD, sleep], ready: {after: 1h}, start_timeout: 100ms, restart: never", "timeout killed TERM")]
    [InlineData("command: [CHILD, sleep], runtime_limit: 100ms, restart: never", "timeout killed TERM")]
    [InlineData("command: [CHILD, sleep], watchdog: 100ms, restart: never", "watchdog killed|dumped ABRT")]
    [InlineData("command: [CHILD, ignore-term, then, sleep], runtime_limit: 100ms, stop: {timeout: 100ms}, restart: never", "timeout killed KILL")]
    [InlineData("kind: oneshot, command: [CHILD, exit, '0']", "success exited 0")]
    public async Task After_every_kind_of_end(string job, string expected)
    {
        await using var daemon = await Daemon.Start($"job: {{{job}, cleanup: [{Hook("$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS")}]}}");
        await daemon.WaitFor("stopped", "job");

        var words = Assert.Single(Hooks(daemon)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var possible = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(possible.Length, words.Length);
        Assert.All(words.Zip(possible), pair => Assert.Contains(pair.First, pair.Second.Split('|')));
    }

    [Fact]
    public async Task A_hook_that_hangs_is_ended_at_its_limit_and_told_and_a_restart_waits()
    {
        await using var daemon = await Daemon.Start($$"""
            web: {command: [CHILD, sleep], cleanup: [{{Hook("last")}}, {run: [CHILD, ignore-term, then, grandchild, then, sleep], timeout: 200ms}]}
            """);
        await daemon.WaitFor("ready", "web");
        var pid = await daemon.PidOf("web");

        await daemon.Does("restart", "web");

        Assert.Equal(["last"], Hooks(daemon));
        Assert.NotEqual(pid, await daemon.PidOf("web"));
        Assert.Contains("ran longer than its timeout of 0.2 s", daemon.Log);
    }

    [Fact]
    public async Task A_script_registers_from_inside_and_the_next_attempt_begins_without()
    {
        await using var daemon = await Daemon.Start($$"""
            script:
              command: [sh, -ec, '{{Built.Supervisor}} atexit --on failure --timeout 5s -- sh -c "echo registered $SUPERVISOR_ATTEMPT >>DIR/hooks"; {{Built.Supervisor}} atexit -- sh -c "echo newest >>DIR/hooks"; exit 3']
              restart: {limit: 1, delay: 10ms}
              cleanup: [{{Hook("written")}}]
            """);
        await daemon.WaitFor("stopped", "script");

        Assert.Equal(["newest", "registered 1", "written", "newest", "registered 2", "written"], Hooks(daemon));
    }

    [Fact]
    public async Task Outside_of_a_job_it_wants_to_be_told_which()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        // What the tests start has an invocation id of its own, since the same code starts it.
        var nowhere = await ProgramRun.ToEnd(
            "env", ["-u", "SUPERVISOR_INVOCATION_ID", Built.Supervisor, "--socket", Path.Combine(daemon.Folder, "control.sock"), "atexit", "--", "true"]);
        Assert.True(nowhere.Code == 2, nowhere.ToString());
        Assert.Equal(4, (await daemon.Supervisor("atexit", "--job", "wbe", "--", "true")).Code);
        await daemon.Does("atexit", "--job", "web", "--", "sh", "-c", $"echo outside $SUPERVISOR_ATTEMPT >>{daemon.Folder}/hooks");
        await daemon.Does("stop", "web");
        Assert.Equal(["outside 1"], Hooks(daemon));
        Assert.Equal(1, (await daemon.Supervisor("atexit", "--job", "web", "--", "true")).Code);
    }

    [Fact]
    public async Task The_supervisors_own_hooks_come_last()
    {
        var daemon = await Daemon.Start($$"""
            supervisor: {directory: DIR, cleanup: [{{Hook("own $SERVICE_RESULT $EXIT_STATUS")}}]}
            jobs:
              web: {command: [CHILD, sleep], cleanup: [{{Hook("web")}}]}
            """);
        await using (daemon)
        {
            await daemon.WaitFor("ready", "web");
            Assert.Equal(0, (await daemon.Stop()).Code);
            Assert.Equal(["web", "own success 0"], Hooks(daemon));
        }
    }

    [Fact]
    public async Task A_killed_supervisors_hooks_run_at_the_next_start_before_the_jobs_do()
    {
        await using var daemon = await Daemon.Start($$"""
            supervisor: {directory: DIR, cleanup: [{{Hook("own $SERVICE_RESULT")}}]}
            jobs:
              web: {command: [sh, -c, 'echo start >>DIR/hooks; exec CHILD sleep'], cleanup: [{{Hook("first")}}, {{Hook("second $SERVICE_RESULT $EXIT_CODE", ", on: failure")}}]}
              gone: {command: [CHILD, ignore-term, then, sleep], cleanup: [{{Hook("gone")}}]}
            """);
        await daemon.WaitFor("ready", "web", "gone");
        var stubborn = await daemon.PidOf("gone");
        await daemon.Dies();
        await daemon.Reconfigure("web: {command: [sh, -c, 'echo start >>DIR/hooks; exec CHILD sleep']}");

        await daemon.ComesBack();

        await daemon.WaitFor("ready", "web");
        Assert.Equal(["second supervisor-lost", "first"], Hooks(daemon).Skip(1).Where(line => line is not "gone").Take(2));
        Assert.Equal(["own supervisor-lost", "start"], Hooks(daemon)[^2..]);
        Assert.Contains("gone", Hooks(daemon));
        Assert.False(Kernel.IsAlive(stubborn), "what ignored the end of the supervisor still runs");
        var web = await daemon.Status("web");
        Assert.Equal((2, "lost"), (web.GetProperty("attempt").GetInt32(), web.GetProperty("last_exit").GetProperty("cause").GetString()));
        Assert.Single((await daemon.Status()).GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task A_hook_that_runs_while_the_supervisor_is_killed_runs_on_and_is_not_run_again()
    {
        await using var daemon = await Daemon.Start($$"""
            web: {command: [CHILD, sleep], cleanup: [{{Hook("after")}}, {run: [sh, -c, 'echo begun >>DIR/hooks; until [ -e DIR/go ] || ! [ -d DIR ]; do sleep 0.05; done; echo ended >>DIR/hooks']}]}
            """);
        await daemon.WaitFor("ready", "web");
        using var stop = await daemon.Begin("stop", "web");
        await Exists(daemon, "hooks");
        await daemon.Dies();

        await daemon.ComesBack(waits: false);
        await daemon.LogSays("left to run");
        Assert.Equal(["begun"], Hooks(daemon));
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go"), "");
        await daemon.LogSays("all that was owed is done");

        Assert.Equal(["begun", "ended", "after"], Hooks(daemon));
        await daemon.Stop();
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_is_told_and_the_jobs_run()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount");
        await using var daemon = await Daemon.Start(
            $$"""web: {command: [CHILD, sleep], cleanup: [{{Hook("ran")}}]}""",
            under: "mkdir -p DIR/state; exec unshare --mount bash -ec 'mount --bind DIR/state DIR/state; mount -o remount,ro,bind DIR/state; exec \"$@\"' under \"$@\"");
        await daemon.WaitFor("ready", "web");

        Assert.Contains("the cleanup journal is not on disk: open: Read-only file system", daemon.Log);
        Assert.Contains("NOT on disk", await daemon.Does("atexit", "--job", "web", "--", "true"));
        await daemon.Does("stop", "web");
        Assert.Equal(["ran"], Hooks(daemon));
    }

    [Theory]
    [InlineData("damaged", "does not begin as one")]
    [InlineData("version-9", "written by a newer supervisor (format 9")]
    public async Task A_journal_that_cannot_be_read_is_kept_and_told(string kind, string words)
    {
        await using var daemon = await Daemon.Start($$"""web: {command: [CHILD, sleep], cleanup: [{{Hook("ran")}}]}""");
        await daemon.WaitFor("ready", "web");
        await daemon.Dies();
        var path = Path.Combine(daemon.Folder, "state", "cleanup.journal");
        var bytes = await File.ReadAllBytesAsync(path);
        if (kind == "damaged")
        {
            Array.Fill(bytes, (byte)'?');
        }
        else
        {
            bytes[8] = 9;
        }

        await File.WriteAllBytesAsync(path, bytes);

        await daemon.ComesBack();

        await daemon.WaitFor("ready", "web");
        Assert.Contains(words, daemon.Log);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!, $"cleanup.journal.{kind}-*"))));
        await daemon.Does("stop", "web");
        Assert.Equal(["ran"], Hooks(daemon));
    }

    private static async Task Exists(Daemon daemon, string name)
    {
        using var watcher = new FileSystemWatcher(daemon.Folder, name);
        var came = new TaskCompletionSource();
        watcher.Created += (_, _) => came.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(Path.Combine(daemon.Folder, name)))
        {
            await came.Task.WaitAsync(ProgramRun.Limit);
        }
    }
}
