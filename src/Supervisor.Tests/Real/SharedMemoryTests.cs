using System.Text.Json;

namespace Supervisor.Tests.Real;

/// <summary>Boards, regions and watchdog of the built daemon, with jobs in C, Python, .NET and the shell.</summary>
public class SharedMemoryTests
{
    private static string Clients => Path.Combine(Built.Repository, "clients");

    private static readonly Dictionary<string, string> _environment = new()
    {
        ["PYTHONPATH"] = Path.Combine(Clients, "python"),
        ["SUPERVISOR"] = Built.Supervisor,
        ["HOSTILE"] = Hostile.Program,
    };

    [Fact]
    public async Task A_python_job_reports_and_the_next_attempt_finds_its_own_bytes()
    {
        await using var daemon = await Daemon.Start(
            """
            worker:
              command: [python3, -c, "import supervisor_board, signal; b = supervisor_board.open_board(); n = b.job_bytes; n[0] += 1; b.counter('starts').add(n[0]); b.status('grüezi'); b.progress(4, 10); b.beat(); b.phase('ready'); signal.pause()"]
            """, _environment);
        var board = await Board(daemon, board => board.GetProperty("phase").ValueKind is JsonValueKind.String);

        Assert.Equal("grüezi", board.GetProperty("status_text").GetString());
        Assert.Equal((4ul, 10ul), (board.GetProperty("progress").GetProperty("done").GetUInt64(), board.GetProperty("progress").GetProperty("total").GetUInt64()));
        Assert.Equal(("starts", 1), Counter(board));

        await daemon.Does("restart", "worker");
        Assert.Equal(("starts", 2), Counter(await Board(daemon, board => board.GetProperty("phase").ValueKind is JsonValueKind.String)));
        Assert.Contains("[####------] 40% (4 of 10)", await daemon.Does("board", "show", "worker"));
        Assert.Contains("starts=2", await daemon.Does("top"));
    }

    [Fact]
    public async Task C_and_the_command_line_count_in_one_region_and_report()
    {
        await using var daemon = await Daemon.Start(
            """
            regions: {counters: {size: 4KiB}}
            defaults: {kind: oneshot, regions: [counters], environment: {ROUNDS: "5"} }
            jobs:
              worker:
                before_start: [{run: [gcc, -O2, -o, DIR/count, "REPOSITORY/config/examples/shared-counters/count.c"]}]
                command: [DIR/count]
              check:
                depends_on: {worker: succeeded}
                command: [sh, -c, "$SUPERVISOR region add counters 0; $SUPERVISOR region get counters 0"]
            """.Replace("REPOSITORY", Built.Repository), _environment);
        await daemon.WaitFor("stopped", "check");

        Assert.Equal("6\n", await daemon.Does("logs", "check"));
        var board = await Board(daemon, _ => true);
        Assert.Equal(("rounds", 5), Counter(board));
        Assert.Equal((5, "done"), (board.GetProperty("heartbeat").GetInt32(), board.GetProperty("status_text").GetString()));
    }

    [Fact]
    public async Task A_shell_job_reports_by_the_command_line()
    {
        await using var daemon = await Daemon.Start(
            """
            regions: {table: {size: 4KiB}}
            jobs:
              script:
                kind: oneshot
                regions: [table]
                command: [sh, -ec, "$SUPERVISOR board status two words; $SUPERVISOR board add lines 40; $SUPERVISOR board add lines 2; $SUPERVISOR board set heat -3; $SUPERVISOR board progress 1 2; $SUPERVISOR board beat; $SUPERVISOR region add table 511 7; $SUPERVISOR board get lines; $SUPERVISOR board get heat; $SUPERVISOR board get goal; $SUPERVISOR board get attempt; $SUPERVISOR region get table 511; $SUPERVISOR board phase ready; sleep 0; ! $SUPERVISOR board get nothing; ! $SUPERVISOR region get table 512"]
            """, _environment);
        await daemon.WaitFor("stopped", "script");

        Assert.Equal("completed", (await daemon.Status("script")).GetProperty("state").GetString());
        var said = await daemon.Does("logs", "script");
        Assert.Contains("42\n-3\nrun\n1\n7\n", said);
        Assert.Contains("the board has no field, counter or gauge 'nothing'", said);
        Assert.Contains("region 'table' has words 0..511, not 512", said);
        Assert.Contains("two words", await daemon.Does("board", "show", "script"));
        Assert.Matches(@"table +4 KiB +4 KiB +script", await daemon.Does("regions"));
    }

    [Fact]
    public async Task The_content_of_a_region_survives_its_jobs_restart_and_not_another_size()
    {
        const string Yaml = """
            regions: {table: {size: SIZE}}
            jobs:
              a: {regions: [table], command: [sh, -c, "$SUPERVISOR region add table 0; $SUPERVISOR region get table 0; exec sleep infinity"], ready: {after: 1s}}
            """;
        await using var daemon = await Daemon.Start(Yaml.Replace("SIZE", "4KiB"), _environment);
        await daemon.WaitFor("ready", "a");
        await daemon.Does("restart", "a");
        Assert.Equal("1\n2\n", await daemon.Does("logs", "a"));

        await daemon.Reconfigure(Yaml.Replace("SIZE", "8KiB"));
        Assert.Contains("region table: 4096 bytes become 8192 (a new one, its content is lost; a is restarted)", await daemon.Does("apply", "--dry-run"));
        Assert.Contains("4 KiB", await daemon.Does("regions"));
        await daemon.Does("apply");
        Assert.Equal("1\n2\n1\n", await daemon.Does("logs", "a"));
        Assert.Contains("8 KiB", await daemon.Does("regions"));
    }

    [Fact]
    public async Task A_job_that_stops_beating_is_ended_with_the_cause_watchdog()
    {
        await using var daemon = await Daemon.Start(
            """
            silent: {command: [sleep, infinity], watchdog: 1s, restart: {policy: on-failure, limit: 1}}
            beating:
              watchdog: 5s
              restart: never
              command: [python3, -c, "import supervisor_board, time\nb = supervisor_board.open_board()\nfor _ in range(60): b.beat(); time.sleep(0.1)"]
            """, _environment);
        await daemon.WaitFor("stopped", "silent");

        var exit = (await daemon.Status("silent")).GetProperty("last_exit");
        Assert.Equal(("watchdog", "SIGABRT"), (exit.GetProperty("cause").GetString(), exit.GetProperty("signal").GetString()));
        Assert.Contains("it has not beaten at all within its watchdog of 1.0 s", await daemon.Does("why", "silent"));
        // Longer than its watchdog.
        await daemon.Comes(status => status.GetProperty("jobs").EnumerateArray().All(job => job.GetProperty("last_exit").ValueKind == JsonValueKind.Object));
        var end = (await daemon.Status("beating")).GetProperty("last_exit");
        Assert.Equal(("exited", 0), (end.GetProperty("cause").GetString(), end.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_hostile_job_harms_nobody()
    {
        await using var daemon = await Daemon.Start(
            """
            hostile: {command: [python3, -c, "import os; exec(os.environ['HOSTILE'])"], restart: {delay: 10ms, max_delay: 10ms}}
            good: {command: [sleep, infinity]}
            """, _environment);
        // Each attempt writes another kind of rubbish and dies in the middle of it; the boards are read all the while.
        for (var attempt = 0; attempt < 10;)
        {
            var shown = await daemon.Does("board", "show", "hostile", "good");
            Assert.DoesNotContain('\e', shown);
            await daemon.Does("top");
            attempt = (await daemon.Status("hostile")).GetProperty("attempt").GetInt32();
        }

        Assert.Equal("ready", (await daemon.Status("good")).GetProperty("state").GetString());
        Assert.DoesNotContain("internal error", daemon.Log);
        Assert.DoesNotContain("MISSED", await daemon.Does("logs", "hostile"));
    }

    private static (string?, int) Counter(JsonElement board) =>
        (board.GetProperty("counters")[0].GetProperty("name").GetString(), board.GetProperty("counters")[0].GetProperty("value").GetInt32());

    // A board has no event: it is read until it says what it will say.
    private static async Task<JsonElement> Board(Daemon daemon, Func<JsonElement, bool> fits)
    {
        using var limit = new CancellationTokenSource(ProgramRun.Limit);
        while (!limit.IsCancellationRequested)
        {
            using var document = JsonDocument.Parse(await daemon.Does("board", "show", "worker", "-o", "json"));
            if (document.RootElement.GetProperty("boards").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } board && fits(board))
            {
                return board.Clone();
            }
        }

        throw new TimeoutException("the board never said it");
    }

    private static class Hostile
    {
        public const string Program = """
            import fcntl, mmap, os, random, signal
            fd = int(os.environ["SUPERVISOR_BOARD_FD"])
            for what, act in (("truncate", lambda: os.ftruncate(fd, 0)), ("grow", lambda: os.ftruncate(fd, 1 << 20)), ("seal", lambda: fcntl.fcntl(fd, 1033, 16))):
                try:
                    act()
                    print("MISSED:", what, flush=True)
                except OSError:
                    pass
            page = mmap.mmap(fd, 4096)
            kind = int(os.environ["SUPERVISOR_ATTEMPT"]) % 5
            if kind == 0:
                page[320:4096] = os.urandom(4096 - 320)
            elif kind == 1:
                page[8:12] = b"\x07\0\0\0"
            elif kind == 2:
                page[324:328] = page[344:348] = b"\x01\0\0\0"
            elif kind == 3:
                page[352:608] = (b"\x1b[2J\x1b]0;x\x07\xff\xfe" * 40)[:256]
                page[344:352] = b"\x02\0\0\0\xff\xff\xff\xff"
            for i in range(20000):
                if kind == 4:
                    at = random.randrange(4088)
                    page[at:at + 8] = os.urandom(8)
                else:
                    page[256:260] = i.to_bytes(4, "little")
            os.kill(os.getpid(), signal.SIGKILL)
            """;
    }
}
