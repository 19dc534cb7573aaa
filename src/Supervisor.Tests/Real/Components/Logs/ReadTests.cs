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
        log.BeginRun(2, default);
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
        await using var follower = bench.Logs.Read(new("web"), new(10, true, false, null), TestContext.Current.CancellationToken)
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

    private static async Task<List<string>> All(LogBench bench, int? count, bool currentRun)
    {
        var lines = new List<string>();
        await foreach (var line in bench.Logs.Read(new("web"), new(count, false, currentRun, null), TestContext.Current.CancellationToken))
        {
            lines.Add(LogBench.Text(line));
        }

        return lines;
    }
}
