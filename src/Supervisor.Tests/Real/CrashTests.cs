using System.Net.Sockets;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>A supervisor that is killed, without a service manager: docs/survival.md.</summary>
public sealed class CrashTests
{
    private const string Adopting = """
        supervisor: {directory: DIR, on_crash: adopt}
        jobs:
        """;

    [Fact]
    public async Task Jobs_run_on_and_are_taken_over_with_their_output_their_counts_and_what_was_ordered()
    {
        await using var daemon = await Daemon.Start(Adopting + """

              writer: {command: [sh, -c, 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.02; done']}
              again: {command: [sh, -c, 'sleep 0.2; exit 3'], restart: {policy: always, delay: 50ms, factor: 1, jitter: 0%}}
              stopped: {command: [sleep, infinity]}
              failed: {command: ['false'], restart: never}
            """);
        await daemon.Does("stop", "stopped");
        await daemon.Comes(status => status.ToString().Contains("\"failed\"") && Attempts(status) > 2);
        var writer = await daemon.PidOf("writer");

        await daemon.Crash();
        Assert.True(Kernel.IsAlive(writer));
        await daemon.ComesBack();

        Assert.Equal(writer, await daemon.PidOf("writer"));
        Assert.Equal(("0", "1"), ((await daemon.Status("writer")).GetProperty("restarts").ToString(), (await daemon.Status("writer")).GetProperty("attempt").ToString()));
        Assert.Equal("stopped", (await daemon.Status("stopped")).GetProperty("state").GetString());
        Assert.Equal("failed", (await daemon.Status("failed")).GetProperty("state").GetString());
        var attempts = Attempts(await daemon.Status());
        await daemon.Comes(status => Attempts(status) > attempts + 2);
        Assert.Equal("3", (await daemon.Status("again")).GetProperty("last_exit").GetProperty("code").ToString());
        await daemon.Stop();
        var lines = await File.ReadAllLinesAsync(Path.Combine(daemon.Folder, "log", "writer.log"));
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(number => $"line {number}"), lines);
        Assert.False(File.Exists(Path.Combine(daemon.Folder, "state", "world.jsonl")), "after an orderly end nobody goes on");
    }

    [Fact]
    public async Task The_sockets_of_a_job_that_runs_on_are_taken_back_with_the_connections_that_wait_in_them()
    {
        var path = "@" + Guid.NewGuid().ToString("N");
        await using var daemon = await Daemon.Start(Adopting + $"""

              web: {"{"}command: [sleep, infinity], sockets: ['{path}', DIR/web.sock, {"{"}listen: DIR/datagram.sock, type: datagram{"}"}]{"}"}
            """);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint("\0" + path[1..]));
        var before = await Sockets(daemon);

        await daemon.Crash();
        await daemon.ComesBack();
        Kernel.Signal(await daemon.PidOf("web"), Kernel.SigKill);
        await daemon.Comes(status => status.GetProperty("jobs")[0] is var web && web.GetProperty("attempt").GetInt32() == 2 && web.GetProperty("state").GetString() == "ready");

        Assert.Equal(before, await Sockets(daemon));

        // The same sockets, told by their inodes: nobody was refused meanwhile, and the client waits in the queue.
        static async Task<string?[]> Sockets(Daemon daemon)
        {
            var pid = await daemon.PidOf("web");
            return [.. new[] { 3, 4, 5 }.Select(number => new FileInfo($"/proc/{pid}/fd/{number}").LinkTarget)];
        }
    }

    [Fact]
    public async Task The_end_of_a_job_that_was_taken_over_is_seen_with_its_status_and_its_leftovers_are_ended()
    {
        await using var daemon = await Daemon.Start(Adopting + """

              parent: {command: [sh, -c, 'sleep 1000 & trap "exit 5" TERM; while :; do sleep 0.1; done'], restart: never}
            """);
        await daemon.Crash();
        await daemon.ComesBack();
        var pid = await daemon.PidOf("parent");

        Kernel.Signal(pid, Kernel.SigTerm);

        await daemon.WaitFor("stopped", "parent");
        var exit = (await daemon.Status("parent")).GetProperty("last_exit");
        Assert.Equal(("exited", "5"), (exit.GetProperty("cause").GetString(), exit.GetProperty("code").ToString()));
        Assert.DoesNotContain(Kernel.ProcessesOf(daemon.Folder), process => process.Command.Contains("sleep 1000"));
    }

    [Fact]
    public async Task A_job_that_ended_while_nobody_watched_is_lost_and_its_policy_decides()
    {
        await using var daemon = await Daemon.Start(Adopting + """

              gone: {command: [sleep, infinity], restart: {policy: on-failure, delay: 10ms}}
            """);
        var pid = await daemon.PidOf("gone");
        await daemon.Crash();
        var ended = Kernel.Ended(pid);
        Kernel.Signal(pid, Kernel.SigKill);
        await ended;

        await daemon.ComesBack();

        await daemon.WaitFor("ready", "gone");
        Assert.Equal("lost", (await daemon.Status("gone")).GetProperty("last_exit").GetProperty("cause").GetString());
        Assert.Equal("2", (await daemon.Status("gone")).GetProperty("attempt").ToString());
    }

    [Fact]
    public async Task A_pid_that_another_process_has_by_now_is_not_taken_for_the_job()
    {
        await using var daemon = await Daemon.Start(Adopting + """

              job: {command: [sleep, infinity]}
            """);
        var pid = await daemon.PidOf("job");
        await daemon.Crash();
        var ended = Kernel.Ended(pid);
        Kernel.Signal(pid, Kernel.SigKill);
        await ended;
        using var stranger = await ProgramRun.Start("sleep", ["infinity"]);
        var record = Path.Combine(daemon.Folder, "state", "world.jsonl");
        await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record)).Replace($"\"Pid\":{pid},", $"\"Pid\":{stranger.Pid},"));

        await daemon.ComesBack();

        await daemon.WaitFor("ready", "job");
        Assert.NotEqual(stranger.Pid, await daemon.PidOf("job"));
        Assert.True(Kernel.IsAlive(stranger.Pid));
        stranger.Signal(Kernel.SigKill);
        await stranger.Ended();
    }

    [Fact]
    public async Task By_default_jobs_end_with_the_supervisor()
    {
        await using var daemon = await Daemon.Start("job: {command: [sleep, infinity]}");
        var ended = Kernel.Ended(await daemon.PidOf("job"));

        await daemon.Crash();

        await ended;
    }

    private static int Attempts(System.Text.Json.JsonElement status) => status.GetProperty("jobs").EnumerateArray()
        .Where(job => job.GetProperty("name").GetString() == "again").Select(job => job.GetProperty("attempt").GetInt32()).SingleOrDefault();
}
