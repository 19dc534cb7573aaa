using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Live upgrades: docs/survival.md.</summary>
public sealed class UpgradeTests
{
    // Numbers its lines, and ends with a code that the number of its attempt gives.
    private const string Load = """
        writer:
          command: [sh, -c, 'i=0; while :; do i=$((i+1)); echo "line $i"; [ $((i % 50)) = 0 ] && sleep 0.01; done']
          log: {max_size: 100MiB}
        partial:
          command: [sh, -c, 'i=0; while :; do i=$((i+1)); printf "start $i "; sleep 0.02; printf "end $i\n"; done']
          log: {timestamp: true}
        ender:
          command: [sh, -c, 'sleep 0.1; exit $((SUPERVISOR_ATTEMPT % 7 + 1))']
          restart: {policy: always, delay: 50ms, factor: 1, jitter: 0%}
        idle: {command: [sleep, infinity]}
        stopped: {command: [sleep, infinity]}
        """;

    [Fact]
    public async Task Several_upgrades_in_a_row_under_load_lose_no_line_no_exit_status_and_restart_nothing()
    {
        await using var daemon = await Daemon.Start(Load);
        await daemon.Does("stop", "stopped");
        var before = await daemon.Status();
        var sequence = Sequence(await daemon.Does("events", "-o", "json"));

        for (var upgrade = 1; upgrade <= 4; upgrade++)
        {
            var said = await daemon.Does("upgrade");
            Assert.Contains($"upgrade {upgrade} of this process", said);
            // A few ends between two of them, however fast an upgrade is.
            var attempt = int.Parse(Of(await daemon.Status(), "ender", "attempt"), CultureInfo.InvariantCulture);
            await daemon.LogSays($"attempt {attempt + 2} ");
        }

        var after = await daemon.Status();
        Assert.Equal(daemon.Pid, after.GetProperty("supervisor").GetProperty("pid").GetInt32());
        foreach (var job in new[] { "writer", "partial", "idle" })
        {
            Assert.Equal(Of(before, job, "pid"), Of(after, job, "pid"));
            Assert.Equal("0", Of(after, job, "restarts"));
            Assert.Equal("1", Of(after, job, "attempt"));
        }

        Assert.Equal("stopped", Of(after, "stopped", "state"));
        Assert.Equal("down", Of(after, "stopped", "goal"));
        Assert.True(Sequence(await daemon.Does("events", "-o", "json")) > sequence);
        Assert.Contains("line", await daemon.Does("logs", "writer", "-n", "3"));

        await EveryEndHadItsCode(daemon);
        await daemon.Stop();
        AssertNumbered(Path.Combine(daemon.Folder, "log", "writer.log"), (line, number) => line == $"line {number}");
        AssertNumbered(Path.Combine(daemon.Folder, "log", "partial.log"), (line, number) => line.EndsWith($"Z start {number} end {number}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_jobs_tell_is_heard_after_an_upgrade()
    {
        await using var daemon = await Daemon.Start(
            """
            web: {command: [sh, -c, 'systemd-notify --ready; n=0; while :; do n=$((n+1)); systemd-notify WATCHDOG=1 --status="beat $n"; sleep 0.1; done'],
                  ready: notify, watchdog: 10s}
            late: {command: [sh, -c, 'read x <DIR/go-late; systemd-notify --ready; exec sleep 1000'], ready: notify}
            shown: {command: [sh, -c, 'read x <DIR/go-shown; echo "now it serves"; exec sleep 1000'], ready: {log: 'it serves'}}
            newline: {command: [sh, -c, 'read x <DIR/go-newline; echo >&5; exec 5>&-; exec sleep 1000'], ready: {fd: 5}}
            """,
            under: "mkfifo DIR/go-late DIR/go-shown DIR/go-newline; exec \"$@\"");
        await daemon.WaitFor("ready", "web");
        await daemon.WaitFor("running", "late", "shown", "newline");

        await daemon.Does("upgrade");
        var then = (await daemon.Status("web")).GetProperty("status_text").GetString();
        var until = DateTime.UtcNow.AddSeconds(50);
        while ((await daemon.Status("web")).GetProperty("status_text").GetString() == then)
        {
            Assert.True(DateTime.UtcNow < until, "nothing is heard of it any more");
        }

        foreach (var job in new[] { "late", "shown", "newline" })
        {
            await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go-" + job), "\n");
        }

        await daemon.WaitFor("ready", "late", "shown", "newline");
        Assert.Equal("1", Of(await daemon.Status(), "web", "attempt"));
        await daemon.Stop();
    }

    [Fact]
    public async Task A_program_that_cannot_take_over_leaves_the_old_one_running_and_says_why()
    {
        await using var daemon = await Daemon.Start(
            "idle: {command: [sleep, infinity]}",
            files: new Dictionary<string, string> { ["liar"] = "#!/bin/sh\necho no such format\nexit 1\n", ["silent"] = "#!/bin/sh\n" });
        var pid = await daemon.PidOf("idle");
        foreach (var (program, why) in new[] { ("/bin/true", "does not know how to take over"), ("/no/such", "there is no file /no/such"), ("liar", "cannot go on"), ("silent", "") })
        {
            var path = program[0] == '/' ? program : Path.Combine(daemon.Folder, program);
            if (program[0] != '/' && program != "silent")
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var refused = await daemon.Supervisor("upgrade", "--binary", path);

            Assert.Equal(1, refused.Code);
            Assert.Contains(why, refused.Error);
        }

        Assert.Equal(pid, await daemon.PidOf("idle"));
        Assert.DoesNotContain("has taken over", daemon.Log);
        Assert.Contains("goes on", daemon.Log);
        await daemon.Does("upgrade");
        Assert.Equal(pid, await daemon.PidOf("idle"));
    }

    [Fact]
    public async Task Who_waits_for_something_is_told_and_what_he_asked_for_goes_on()
    {
        await using var daemon = await Daemon.Start(
            "slow: {command: [sh, -c, 'trap \"read x <DIR/go; exit 0\" TERM; while :; do sleep 0.1; done'], stop: {timeout: 60s}}\nidle: {command: [sleep, infinity]}",
            under: "mkfifo DIR/go; exec \"$@\"");
        await daemon.WaitFor("ready", "slow");
        using var stop = await daemon.Begin("stop", "slow");
        await daemon.LogSays("slow: SIGTERM");

        await daemon.Does("upgrade");

        var answer = await stop.Ended();
        Assert.Equal(1, answer.Code);
        Assert.Contains("it goes on", answer.Error);
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go"), "\n");
        await daemon.WaitFor("stopped", "slow");
        Assert.Equal("0", (await daemon.Status("slow")).GetProperty("last_exit").GetProperty("code").ToString());
    }

    [Fact]
    public async Task The_board_the_regions_and_a_back_off_survive()
    {
        await using var daemon = await Daemon.Start("""
            regions: {cache: {size: 64KiB}}
            jobs:
              beater: {command: [sh, -c, 'SUP board set status "from before"; SUP board set own kept; sleep infinity'], regions: [cache]}
              patient: {command: ['false'], restart: {policy: always, delay: 1h, max_delay: 1h, jitter: 0%}}
            """.Replace("SUP", Built.Supervisor));
        await daemon.Comes(status => Of(status, "patient", "state") == "backoff");
        await daemon.Does("wait", "beater", "--for", "ready");
        var due = (await daemon.Status("patient")).GetProperty("next").GetProperty("at").GetString();
        await daemon.LogSays("patient");

        await daemon.Does("upgrade");

        Assert.Equal(due, (await daemon.Status("patient")).GetProperty("next").GetProperty("at").GetString());
        Assert.Contains("code 1", await daemon.Does("why", "patient"));
        Assert.Contains("cache", await daemon.Does("regions"));
        Assert.Contains("beater", await daemon.Does("regions", "-o", "json"));
    }

    [Fact]
    [Trait("binary", "NativeAOT")]
    public async Task SIGHUP_upgrades_when_the_file_of_the_program_was_replaced_and_then_applies_the_configuration()
    {
        Assert.SkipUnless(Built.IsAot, "the CoreCLR build is a host and a library: replacing the host changes nothing");
        var folder = Directory.CreateTempSubdirectory("program-").FullName;
        try
        {
            var program = Path.Combine(folder, "supervisor");
            File.Copy(Built.Supervisor, program);
            await using var daemon = await Daemon.Start("idle: {command: [sleep, infinity]}", program: program);
            var pid = await daemon.PidOf("idle");
            File.Copy(Built.Supervisor, program + ".new");
            File.Move(program + ".new", program, overwrite: true);
            await daemon.Reconfigure("idle: {command: [sleep, infinity]}\nmore: {command: [sleep, infinity]}");

            daemon.Signal(Kernel.SigHup);

            await daemon.LogSays("has taken over");
            await daemon.Comes(status => status.GetProperty("jobs").GetArrayLength() == 2 && Of(status, "more", "state") == "ready");
            Assert.Equal(pid, await daemon.PidOf("idle"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Of(JsonElement status, string job, string member) =>
        status.GetProperty("jobs").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == job).GetProperty(member).ToString();

    private static long Sequence(string events) =>
        events.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt64()).Max();

    // Each attempt of `ender` is told once, with the code that its number gives.
    private static async Task EveryEndHadItsCode(Daemon daemon)
    {
        await daemon.Does("stop", "ender");
        var attempt = (await daemon.Status("ender")).GetProperty("attempt").GetInt32();
        var ends = daemon.Log.Split('\n').Where(line => line.Contains(" ender: ") && (line.Contains("exited with code") || line.Contains("ended by"))).ToList();
        Assert.InRange(attempt, 5, 1000);
        for (var number = 1; number < attempt; number++)
        {
            var end = ends[number - 1];
            Assert.True(end.Contains($"exited with code {(number % 7) + 1} ") && end.Contains($"attempt {number + 1} "), $"attempt {number}, not {end}\n{daemon.Log}");
        }

        Assert.DoesNotContain("nobody knows", daemon.Log);
    }

    private static void AssertNumbered(string file, Func<string, int, bool> isLine)
    {
        var lines = File.ReadAllLines(file);
        Assert.InRange(lines.Length, 10, int.MaxValue);
        for (var number = 1; number <= lines.Length - 1; number++)
        {
            Assert.True(isLine(lines[number - 1], number), $"{file}:{number}: {lines[number - 1]}");
        }
    }
}
