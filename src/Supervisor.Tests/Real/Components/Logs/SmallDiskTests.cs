using System.Globalization;
using Supervisor.Linux;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>ENOSPC of a real file system.</summary>
public class SmallDiskTests
{
    [Fact]
    public async Task With_block_a_job_that_writes_on_a_full_disk_waits_and_every_line_is_there_in_the_end()
    {
        using var disk = new SmallDisk(16 * 1024 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new() { MaxSize = 1_000_000, MaxFiles = 20 });
        LogBench.Write(log, "first\n");
        bench.Drain(log);
        disk.Fill();
        const int Count = 400_000;
        var job = Task.Run(() => LogBench.Write(log, Numbered(0, Count)));

        Assert.Contains("No space left on device; the job waits", bench.NextReport());
        bench.Drain(log);
        Assert.False(job.IsCompleted);
        disk.Clear();
        await job.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Contains("written again; nothing lost", bench.NextReport());
        bench.Drain(log);

        Assert.Equal(string.Concat("first\n", Numbered(0, Count)), AllText(bench.Directory));
        Assert.Equal(0, bench.Logs.Counters(new("web")).DroppedBytes);
    }

    [Fact]
    public void With_block_no_run_loses_its_last_output_however_many_end_while_the_disk_is_full()
    {
        using var disk = new SmallDisk(16 * 1024 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new() { Timestamp = true });
        LogBench.Write(log, "first\n");
        bench.Drain(log);
        disk.Fill();
        var said = 1;
        for (var run = 0; run < 100; run++)
        {
            log.BeginRun(run + 2, "");
            // As a job would: it writes only while its pipe takes it.
            for (; said < 200_000 && LogBench.TakesMore(log); said++)
            {
                LogBench.Write(log, $"{said}\n");
            }

            bench.Drain(log);
        }

        disk.Clear();
        Assert.Contains("No space left", bench.NextReport());
        Assert.Contains("written again; nothing lost", bench.NextReport());
        bench.Drain(log);
        bench.Drain(log);
        var numbers = bench.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[25..]);
        Assert.Equal(Enumerable.Range(1, said - 1).Select(n => n.ToString(CultureInfo.InvariantCulture)), numbers);
    }

    [Fact]
    public void What_the_disk_still_refuses_when_the_job_is_removed_is_counted_and_said()
    {
        using var disk = new SmallDisk(1024 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new());
        LogBench.Write(log, "first\n");
        bench.Drain(log);
        disk.Fill();
        LogBench.Write(log, new string('x', 5000));
        bench.Drain(log);
        Assert.Contains("the job waits", bench.NextReport());
        log.Close();

        Assert.Matches(@"log of web is closed: \d+ bytes lost \(write .*web.log: No space left on device\)", bench.NextReport());
    }

    [Fact]
    public void With_drop_lines_are_whole_after_a_full_disk_and_what_is_missing_is_counted()
    {
        using var disk = new SmallDisk(1024 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new() { OnFull = OnFull.Drop });
        var text = Numbered(0, 200_000);
        LogBench.Write(log, text);
        bench.Drain(log);
        Assert.Contains("No space left on device; its output is dropped", bench.NextReport());
        using (var file = new FileStream(Path.Combine(bench.Directory, "web.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // Half of it is given back, as if another file had been removed.
            disk.Clear();
            file.SetLength(500_000);
        }

        LogBench.Write(log, "end\n");
        bench.Drain(log);

        Assert.Contains("bytes lost", bench.NextReport());
        Assert.EndsWith("\nend\n", bench.Text());
        Assert.InRange(bench.Logs.Counters(new("web")).DroppedBytes, text.Length - (1024 * 1024), text.Length);
    }

    [Theory]
    [InlineData(Errno.ENOSPC, "No space left on device")]
    [InlineData(Errno.EDQUOT, "Disk quota exceeded")]
    [InlineData(27, "File too large")]
    [InlineData(Errno.EROFS, "Read-only file system")]
    [InlineData(Errno.EIO, "Input/output error")]
    public void A_refusal_has_the_text_of_strerror(int errno, string text) => Assert.Equal(text, Errno.Text(errno));

    private static string Numbered(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(n => $"number {n:D8}\n"));

    private static string AllText(string directory) => string.Concat(
        Directory.GetFiles(directory).OrderByDescending(file => int.TryParse(Path.GetExtension(file)[1..], out var n) ? n : 0).Select(File.ReadAllText));
}
