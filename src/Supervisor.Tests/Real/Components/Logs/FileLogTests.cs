using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

public class FileLogTests
{
    [Fact]
    public void A_partial_line_is_ended_by_the_drain()
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        LogBench.Write(log, "one\ntw");
        bench.Drain(log);

        Assert.Equal("one\ntw\n", bench.Text());
        Assert.Equal(["one", "tw"], bench.LastLines());
    }

    [Fact]
    public void Rotation_under_load_loses_nothing_and_tears_no_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 100_000, MaxFiles = 100 });
        for (var i = 0; i < 2000; i++)
        {
            LogBench.Write(log, string.Concat(Enumerable.Range(i * 100, 100).Select(n => $"number {n:D8}\n")));
        }

        bench.Drain(log);

        var files = Directory.GetFiles(bench.Directory).OrderByDescending(Number).ToArray();
        Assert.InRange(files.Length, 30, 40);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 100_000));
        Assert.Equal(Enumerable.Range(0, 200_000).Select(n => $"number {n:D8}"), files.SelectMany(File.ReadLines));
        Assert.Equal(200_000, bench.Logs.Counters(new("web")).Lines);
    }

    [Fact]
    public void No_more_files_are_kept_than_configured()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 1000, MaxFiles = 3 });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 1000).Select(n => $"{n:D9}\n")));
        bench.Drain(log);

        Assert.Equal(["web.log", "web.log.1", "web.log.2"], Directory.GetFiles(bench.Directory).Select(Path.GetFileName).Order());
        Assert.EndsWith("000000999\n", bench.Text());
    }

    [Fact]
    public void Stderr_has_a_file_of_its_own_when_it_is_a_target_of_its_own()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { Stderr = LogTarget.File, Timestamp = true });
        LogBench.Write(log, "out\n");
        LogBench.Write(log, "bad\n", error: true);
        bench.Drain(log);

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z out\n$", bench.Text());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z bad\n$", bench.Text("web.err.log"));
    }

    [Fact]
    public void A_removed_directory_is_made_again()
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        LogBench.Write(log, "before\n");
        bench.Drain(log);
        Directory.Delete(bench.Directory, recursive: true);

        LogBench.Write(log, "after\n");
        bench.Drain(log);

        Assert.Equal("after\n", bench.Text());
    }

    [Fact]
    public void Targets_that_are_no_pipe_of_ours_are_passed_on_and_reading_says_so()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { Stdout = LogTarget.Append("/x/y"), Stderr = LogTarget.Null });

        Assert.Equal(new(StdioTarget.Null, new(StdioKind.Append, Path: "/x/y"), StdioTarget.Null), log.Targets);
        Assert.Equal("logs of web go to append:/x/y and are not kept here", bench.Logs.Read(new("web"), new(10, false, false, null)).WhyNotKept);
    }

    [Fact]
    public void A_flood_without_a_newline_reaches_the_file_whole()
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        LogBench.Write(log, new string('x', 3_000_000));
        bench.Drain(log);

        Assert.Equal(3_000_001, bench.Text().Length);
        Assert.EndsWith("[truncated]", bench.LastLines().Single());
    }

    [Fact]
    public void A_job_costs_two_descriptors_and_one_more_once_it_has_written_and_none_after_Close()
    {
        using var bench = new LogBench();
        var silent = Enumerable.Range(0, 100).Select(n => bench.Open(new(), $"silent{n}")).ToArray();
        var loud = Enumerable.Range(0, 100).Select(n => bench.Open(new(), $"loud{n}")).ToArray();
        var pipes = silent.Concat(loud).Select(log => $"pipe:[{Inode(log.Targets.Out.Descriptor)}]").ToHashSet();
        Array.ForEach(loud, log => LogBench.Write(log, "hello\n"));
        Array.ForEach([.. silent, .. loud], bench.Drain);

        // Only our own: other tests of this process open and close what they like.
        string[] Ours() => [.. Descriptors().Where(target => pipes.Contains(target) || target.StartsWith(bench.Directory, StringComparison.Ordinal))];
        Assert.Equal(200 * 2, Ours().Count(pipes.Contains));
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{bench.Directory}/loud{n}.log").Order(), Ours().Except(pipes).Order());

        var other = bench.Open(new(), "other");
        Array.ForEach([.. silent, .. loud], log => log.Close());
        bench.Drain(other);
        Assert.Empty(Ours());
    }

    [Fact]
    public void The_log_thread_allocates_nothing_per_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 1 << 30, Timestamp = true });
        var block = string.Concat(Enumerable.Repeat("a line of a job\n", 1000));
        LogBench.Write(log, string.Concat(Enumerable.Repeat(block, 20)));
        bench.Drain(log);
        var before = bench.Logs.AllocatedBytes;
        var bytes = System.Text.Encoding.ASCII.GetBytes(block);
        for (var i = 0; i < 1000; i++)
        {
            LogBench.WriteTo(log.Targets.Out.Descriptor, bytes);
        }

        bench.Drain(log);

        Assert.InRange(bench.Logs.AllocatedBytes - before, 0, 10_000);
    }

    private static int Number(string path) => int.TryParse(Path.GetExtension(path)[1..], out var number) ? number : 0;

    private static IEnumerable<string> Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Select(Target).OfType<string>();

    private static string Inode(int descriptor) => Target($"/proc/self/fd/{descriptor}")!["pipe:[".Length..^1];

    // Null: closed meanwhile.
    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
