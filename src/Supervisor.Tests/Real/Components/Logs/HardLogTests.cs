using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>Lines, floods, disks and readers that are not as one would like them.</summary>
public class HardLogTests
{
    private static readonly LogQuery _all = new(null, false, false, null);

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    public async Task A_line_of_100_MB_costs_no_more_memory_than_any_other_and_is_read_in_pieces(LogFormat format)
    {
        const int Length = 100_000_000;
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 20_000_000, MaxFiles = 20, Format = format });
        LogBench.Write(log, "before\n");
        bench.Drain(log);
        var before = bench.Logs.AllocatedBytes;
        var block = Enumerable.Repeat((byte)'y', 1_000_000).ToArray();
        for (var written = 0; written < Length; written += block.Length)
        {
            LogBench.WriteTo(log.Targets.Out.Descriptor, block);
        }

        LogBench.Write(log, "\nafter\n");
        bench.Drain(log);

        Assert.InRange(bench.Logs.AllocatedBytes - before, 0, 500_000);
        var (first, last, sum) = ("", "", 0L);
        await foreach (var line in bench.Read(_all))
        {
            Assert.InRange(line.Text.Length, 0, (1024 * 1024) + (64 * 1024));
            (first, last, sum) = (first.Length == 0 ? LogBench.Text(line) : first, line.Text.Length < 10 ? LogBench.Text(line) : "", sum + line.Text.Length);
        }

        Assert.Equal(("before", "after", Length + 11), (first, last, sum));
    }

    [Fact]
    public void A_job_without_a_pipe_leaves_nothing_with_the_log_thread_however_often_it_runs()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { Stdout = new(LogTargetKind.Null), Stderr = new(LogTargetKind.Null) });
        for (var attempt = 2; attempt < 1000; attempt++)
        {
            log.BeginRun(attempt, "");
            log.RunsAs(attempt);
            bench.Drain(log);
        }

        Assert.InRange(bench.Logs.Waiting, 0, 1); // its configuration, if that has not been looked at yet
    }

    [Fact]
    public async Task A_job_whose_output_streams_leaves_the_others_their_turn_and_is_heard_again_after_a_pause()
    {
        using var bench = new LogBench();
        var loud = bench.Open(new() { MaxSize = 1 << 20, MaxFiles = 2 }, "loud");
        var quiet = bench.Open(new(), "quiet");
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('z', 99) + "\n", 2560)));
        using var enough = new CancellationTokenSource();
        var flood = Task.Run(
            () =>
            {
                var blocks = 0;
                for (; !enough.IsCancellationRequested; blocks++)
                {
                    LogBench.WriteTo(loud.Targets.Out.Descriptor, block);
                }

                return blocks;
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < 50; i++)
        {
            LogBench.Write(quiet, $"line {i}\n");
            await Arrives(bench, "quiet", $"line {i}");
        }

        await enough.CancelAsync();
        var written = await flood;
        await LogBench.Until(() => bench.Logs.Counters(new("loud")).Bytes == written * (long)block.Length);
        LogBench.Write(loud, "after\n");
        await Arrives(bench, "loud", "after");

        LogBench.WriteTo(loud.Targets.Out.Descriptor, block);
        loud.Close();
        bench.Drain(quiet);
        Assert.Equal(0, bench.Logs.Waiting);
    }

    [Fact]
    public async Task A_line_of_100_MB_without_an_end_is_drained_and_the_next_run_begins_a_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 1L << 40 });
        var block = Enumerable.Repeat((byte)'y', 1_000_000).ToArray();
        for (var i = 0; i < 100; i++)
        {
            LogBench.WriteTo(log.Targets.Out.Descriptor, block);
        }

        bench.Drain(log);
        log.BeginRun(2, "");
        LogBench.Write(log, "second run\n");
        bench.Drain(log);

        Assert.Equal(100_000_001 + 11, new FileInfo(Path.Combine(bench.Directory, "web.log")).Length);
        Assert.Equal("second run", await Last(bench));
    }

    [Fact]
    public async Task A_follower_goes_through_rotations_and_compression_without_a_gap()
    {
        const int Count = 30_000;
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 5000, MaxFiles = 3, Compress = true });
        LogBench.Write(log, "0\n");
        bench.Drain(log);
        await using var follower = bench.Read(_all with { Follow = true }).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await follower.MoveNextAsync());
        for (var next = 1; next < Count;)
        {
            // No more than the ring holds is ahead of the reader.
            var part = Enumerable.Range(next, 500).Select(n => $"{n}\n");
            LogBench.Write(log, string.Concat(part));
            for (var end = next + 500; next < end; next++)
            {
                Assert.True(await follower.MoveNextAsync());
                Assert.Equal((next.ToString(), 0), (LogBench.Text(follower.Current), follower.Current.Missed));
            }
        }
    }

    [Fact]
    public async Task Jobs_that_flood_let_a_quiet_one_be_heard_and_lose_nothing()
    {
        const int Floods = 8, Lines = 200_000;
        using var bench = new LogBench();
        var quiet = bench.Open(new(), "quiet");
        var floods = Enumerable.Range(0, Floods).Select(n => bench.Open(new() { MaxSize = 1_000_000, MaxFiles = 3 }, $"flood{n}")).ToArray();
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a line of a job that floods\n", 1000)));
        var jobs = floods.Select(log => Task.Run(() => Flood(log), TestContext.Current.CancellationToken)).ToArray();
        LogBench.Write(quiet, "heard\n");
        bench.Drain(quiet);
        Assert.Equal("heard\n", bench.Text("quiet.log"));
        await Task.WhenAll(jobs);
        Array.ForEach(floods, bench.Drain);

        Assert.All(Enumerable.Range(0, Floods), n => Assert.Equal((Lines, 0), (bench.Logs.Counters(new($"flood{n}")).Lines, bench.Logs.Counters(new($"flood{n}")).DroppedLines)));

        void Flood(IJobLog log)
        {
            for (var done = 0; done < Lines; done += 1000)
            {
                LogBench.WriteTo(log.Targets.Out.Descriptor, text);
            }
        }
    }

    private static Task Arrives(LogBench bench, string name, string line) => LogBench.Until(() => bench.LastLines(name) is [.., var last] && last == line);

    private static async Task<string> Last(LogBench bench)
    {
        var last = "";
        await foreach (var line in bench.Read(_all with { Lines = 1 }))
        {
            last = LogBench.Text(line);
        }

        return last;
    }
}
