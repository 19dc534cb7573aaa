using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

public class ReadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_current_run_is_read_from_the_files_when_the_ring_is_too_small(bool timestamp)
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 50_000, MaxFiles = 50, Timestamp = timestamp });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 5000).Select(n => $"old {n}\n")));
        bench.Drain(log);
        log.BeginRun(2, "");
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 10000).Select(n => $"new {n}\n")));
        bench.Drain(log);

        var lines = await All(bench, null, currentRun: true);
        Assert.Equal(Enumerable.Range(0, 10000).Select(n => $"new {n}"), lines);
        Assert.Equal(15000, (await All(bench, null, currentRun: false)).Count);
        Assert.Equal(Enumerable.Range(4000, 1000).Select(n => $"old {n}").Concat(lines), await All(bench, 11000, currentRun: false));
        Assert.Equal(["new 9998", "new 9999"], await All(bench, 2, currentRun: true));
    }

    [Fact]
    public async Task A_follower_gets_lines_as_they_come_and_a_slow_one_is_told_what_it_missed()
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        LogBench.Write(log, "past\n");
        bench.Drain(log);
        await using var follower = bench.Read(new(10, true, false, null))
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await follower.MoveNextAsync());
        Assert.Equal("past", LogBench.Text(follower.Current));
        LogBench.Write(log, "live\n");
        Assert.True(await follower.MoveNextAsync());
        Assert.Equal("live", LogBench.Text(follower.Current));

        LogBench.Write(log, string.Concat(Enumerable.Range(0, 50_000).Select(n => $"flood {n}\n")));
        bench.Drain(log);
        Assert.True(await follower.MoveNextAsync());
        var first = int.Parse(LogBench.Text(follower.Current)["flood ".Length..]);
        Assert.InRange(first, 1, 49_999);
        Assert.Equal(first, follower.Current.Missed);
    }

    [Fact]
    public async Task A_reader_beside_rotation_loses_and_doubles_no_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 20_000, MaxFiles = 2000 });
        const int Count = 200_000;
        var job = Task.Run(
            () =>
            {
                for (var n = 0; n < Count; n += 100)
                {
                    LogBench.Write(log, string.Concat(Enumerable.Range(n, 100).Select(i => $"{i}\n")));
                }
            },
            TestContext.Current.CancellationToken);
        var readings = 0;
        do
        {
            // The past from the files, then the lines that come: one unbroken sequence.
            var next = 0;
            await foreach (var line in bench.Read(new(null, true, false, null)))
            {
                var number = int.Parse(LogBench.Text(line));
                Assert.Equal(next, number - (int)line.Missed);
                next = number + 1;
                if (next == Count || (readings < 5 && next > 1000 * (readings + 1) && line.Missed > 0))
                {
                    break;
                }
            }

            readings++;
        }
        while (!job.IsCompleted && readings < 20);

        await job;
        bench.Drain(log);
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{n}"), await All(bench, null, currentRun: false));
    }

    [Fact]
    public async Task The_last_lines_are_found_from_the_end_over_several_files_and_without_a_last_newline()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 30_000, MaxFiles = 50 });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 40_000).Select(n => $"{n}\n")));
        bench.Drain(log);
        LogBench.Write(log, "part");
        // The log thread takes what is ready in its order: after this it has read the part.
        bench.Drain(bench.Open(new(), "other"));

        foreach (var count in new[] { 0, 1, 2, 9_000, 20_000, 39_999, 40_001, 50_000 })
        {
            var expected = Enumerable.Range(0, 40_000).Select(n => $"{n}").Append("part").TakeLast(count);
            Assert.Equal(expected, await All(bench, count, currentRun: false));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_from_a_file_has_its_time_only_when_the_file_has_it(bool timestamp)
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { Timestamp = timestamp });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 40_000).Select(n => $"{n}\n")));
        bench.Drain(log);

        await foreach (var line in bench.Read(new(null, false, false, null)))
        {
            Assert.Equal(timestamp, line.At is { } at && at > DateTimeOffset.UnixEpoch.AddYears(40));
        }
    }

    [Fact]
    public async Task Files_of_an_earlier_supervisor_and_a_file_removed_meanwhile_do_not_shift_the_runs()
    {
        using var bench = new LogBench();
        File.WriteAllText(Path.Combine(bench.Directory, "web.log.1"), "oldest\n");
        File.WriteAllText(Path.Combine(bench.Directory, "web.log"), "old\ntorn");
        var log = bench.Open(new() { MaxSize = 100_000, MaxFiles = 50 });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 40_000).Select(n => $"{n}\n")));
        bench.Drain(log);
        Assert.Equal(Enumerable.Range(0, 40_000).Select(n => $"{n}"), await All(bench, null, currentRun: true));
        Assert.Equal(["oldest", "old", "torn", "0"], (await All(bench, null, currentRun: false)).Take(4));

        File.Delete(Path.Combine(bench.Directory, "web.log"));
        log.BeginRun(2, "");
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 40_000).Select(n => $"new {n}\n")));
        bench.Drain(log);
        Assert.Equal(Enumerable.Range(0, 40_000).Select(n => $"new {n}"), await All(bench, null, currentRun: true));
    }

    private static async Task<List<string>> All(LogBench bench, int? count, bool currentRun)
    {
        var lines = new List<string>();
        await foreach (var line in bench.Read(new(count, false, currentRun, null)))
        {
            lines.Add(LogBench.Text(line));
        }

        return lines;
    }
}
