using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>A log file that is a symbolic link is refused (ELOOP), which stands for every refusal: the same for root and others.</summary>
public class FullDiskTests
{
    [Fact]
    public void Blocked_output_is_held_and_written_when_it_works_again_and_both_are_said_once()
    {
        using var bench = new LogBench();
        File.CreateSymbolicLink(Path.Combine(bench.Directory, "web.log"), "/dev/full");
        var log = bench.Open(new());
        LogBench.Write(log, "kept\n");
        bench.Drain(log);

        Assert.Contains("web.log: Too many levels of symbolic links; the job waits", bench.NextReport());
        Assert.NotNull(bench.Logs.Counters(new("web")).LastError);

        File.Delete(Path.Combine(bench.Directory, "web.log"));
        Assert.Contains("written again; nothing lost", bench.NextReport());
        LogBench.Write(log, "more\n");
        bench.Drain(log);
        Assert.Equal("kept\nmore\n", bench.Text());
        Assert.Null(bench.Logs.Counters(new("web")).LastError);
        Assert.Empty(bench.Reports);
    }

    [Fact]
    public void A_job_that_floods_does_not_put_off_the_retry_of_another()
    {
        using var bench = new LogBench();
        File.CreateSymbolicLink(Path.Combine(bench.Directory, "web.log"), "/dev/full");
        var (log, flood) = (bench.Open(new()), bench.Open(new() { MaxSize = 1_000_000 }, "flood"));
        LogBench.Write(log, "kept\n");
        bench.Drain(log);
        _ = bench.NextReport();
        File.Delete(Path.Combine(bench.Directory, "web.log"));
        var limit = Environment.TickCount64 + 60_000;
        while (bench.Reports.Count == 0 && Environment.TickCount64 < limit)
        {
            LogBench.Write(flood, "flood\n");
        }

        Assert.Contains("nothing lost", bench.NextReport());
    }

    [Fact]
    public void Dropped_output_is_counted()
    {
        using var bench = new LogBench();
        File.CreateSymbolicLink(Path.Combine(bench.Directory, "web.log"), "/dev/full");
        var log = bench.Open(new() { OnFull = OnFull.Drop });
        LogBench.Write(log, "lost\n");
        bench.Drain(log);
        File.Delete(Path.Combine(bench.Directory, "web.log"));
        LogBench.Write(log, "kept\n");
        bench.Drain(log);

        Assert.Equal("kept\n", bench.Text());
        Assert.Equal(5, bench.Logs.Counters(new("web")).DroppedBytes);
        Assert.Contains("dropped until it works again", bench.NextReport());
        Assert.Contains("bytes lost", bench.NextReport());
    }
}
