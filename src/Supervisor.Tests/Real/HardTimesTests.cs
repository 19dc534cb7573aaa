using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>What the machine refuses while jobs run: it is told, tried again, and nothing else suffers.</summary>
public class HardTimesTests
{
    [Fact]
    public async Task Jobs_beyond_the_limit_of_open_files_are_told_and_the_others_and_the_control_socket_go_on()
    {
        await using var daemon = await Daemon.Start(
            "many: {command: [CHILD, sleep], instances: 40, start: manual, restart: {delay: 50ms, max_delay: 200ms}}");
        await daemon.Status("many@0"); // what a request needs for the first time it has now
        var limit = Directory.GetFileSystemEntries($"/proc/{daemon.Pid}/fd").Length + 50;
        await Limit(daemon, $"--nofile={limit}:");

        var start = await daemon.Supervisor("start", "many");

        Assert.Equal(1, start.Code);
        Assert.Contains("Too many open files", start.Error);
        var ready = (await daemon.Status()).GetProperty("jobs").EnumerateArray().Count(job => job.GetProperty("state").GetString() == "ready");
        Assert.InRange(ready, 1, 39);

        await Limit(daemon, "--nofile=4000:");
        await daemon.WaitFor("ready", "many");
    }

    [Fact]
    public async Task A_user_who_may_have_no_more_processes_gets_no_job_and_no_thread_and_the_supervisor_lives()
    {
        NeedsRoot("root makes an unprivileged supervisor here");
        await using var daemon = await Daemon.Start(
            """
            early: {command: [CHILD, catch, then, sleep]}
            late: {command: [CHILD, sleep], start: manual, restart: {delay: 50ms, max_delay: 200ms}}
            """,
            under: "chown nobody DIR; exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"");
        await Limit(daemon, "--nproc=1:", asNobody: true);

        var start = await daemon.Supervisor("start", "late");
        // As many at once as make the runtime want more threads.
        var asked = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => daemon.Supervisor("status")));
        using var logs = await daemon.Begin("logs", "-f", "early");
        await logs.Says("catching");
        await daemon.Does("signal", "SIGUSR1", "early");
        await logs.Says($"caught {Kernel.SigUsr1}");

        Assert.Equal(1, start.Code);
        Assert.Contains("creating the process: Resource temporarily unavailable", start.Error);
        Assert.All(asked, status => Assert.Contains("early", status.Out));

        await Limit(daemon, "--nproc=4000:", asNobody: true);
        await daemon.WaitFor("ready", "late");
    }

    [Fact]
    public async Task A_full_disk_is_told_once_the_job_waits_and_no_line_is_lost()
    {
        NeedsRoot("only root can mount a small disk");
        await using var daemon = await Daemon.Start(
            "talker: {kind: oneshot, start: manual, command: [CHILD, numbered, '1000000'], log: {max_size: 100MB}}",
            under: "mkdir -p DIR/log; exec unshare --mount bash -ec 'mount -t tmpfs -o size=20m tmpfs DIR/log; head -c 19900k /dev/zero >DIR/log/filling; exec \"$@\"' under \"$@\"");
        // More than can be held in memory, so that the job has to wait.
        using var start = await daemon.Begin("start", "talker");
        await daemon.LogSays("No space left on device");
        Assert.NotEqual("completed", (await daemon.Status("talker")).GetProperty("state").GetString());

        File.Delete($"/proc/{daemon.Pid}/root{daemon.Folder}/log/filling");

        Assert.Equal(0, (await start.Ended()).Code);
        var lines = await File.ReadAllLinesAsync($"/proc/{daemon.Pid}/root{daemon.Folder}/log/talker.log");
        Assert.Equal(1000000, lines.Length);
        Assert.Equal("line 1000000", lines[^1]);
        Assert.Single(daemon.Log.Split('\n'), line => line.Contains("No space left on device"));
    }

    [Fact]
    public async Task A_log_directory_that_is_removed_is_made_again()
    {
        await using var daemon = await Daemon.Start("talker: {command: [CHILD, catch, then, sleep]}");
        using var logs = await daemon.Begin("logs", "-f", "talker");
        await logs.Says("catching");
        var folder = Path.Combine(daemon.Folder, "log");
        Directory.Delete(folder, recursive: true);

        await daemon.Does("signal", "SIGUSR1", "talker");

        await logs.Says($"caught {Kernel.SigUsr1}");
        Assert.Contains($"caught {Kernel.SigUsr1}", await File.ReadAllTextAsync(Path.Combine(folder, "talker.log")));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_delays_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("supervisor-clock-").FullName;
        try
        {
            var (offset, library) = (Path.Combine(folder, "offset"), Path.Combine(folder, "clock.so"));
            var compiled = await ProgramRun.ToEnd(
                "gcc", ["-shared", "-fPIC", "-o", library, Path.Combine(Built.Repository, "src/Supervisor.Tests/Real/Child/clock.c"), "-ldl"]);
            Assert.True(compiled.Code == 0, compiled.ToString());
            await using var daemon = await Daemon.Start(
                "web: {command: [CHILD, exit, '1'], restart: {delay: 1s, max_delay: 1s, jitter: 0%}}",
                new Dictionary<string, string> { ["LD_PRELOAD"] = library, ["CLOCK_OFFSET"] = offset });
            await daemon.LogSays("attempt 2 in 1.0 s");

            await File.WriteAllTextAsync(offset, "-864000");

            await daemon.LogSays("attempt 4 in 1.0 s");
            var end = await daemon.Stop();
            var times = end.Error.Split('\n').Where(line => line.Contains("; attempt ")).Select(line => DateTimeOffset.Parse(line[..24])).ToList();
            Assert.True(times[0] - times[2] > TimeSpan.FromDays(9), "the clock was not set back");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void NeedsRoot(string why) => Assert.SkipUnless(Environment.UserName == "root", why);

    private static async Task Limit(Daemon daemon, string limit, bool asNobody = false)
    {
        string[] command = ["prlimit", "--pid", $"{daemon.Pid}", limit];
        command = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command] : command;
        var set = await ProgramRun.ToEnd(command[0], command[1..]);
        Assert.True(set.Code == 0, set.ToString());
    }
}
