using System.IO.Compression;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>max_age, max_total and compress; JSON lines; rotation by hand.</summary>
public class OlderFileTests
{
    private static readonly LogQuery _all = new(null, false, false, null);

    [Fact]
    public async Task Compressed_files_are_read_like_others_whole_and_from_the_end()
    {
        const int Count = 40_000;
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 30_000, MaxFiles = 50, Compress = true });
        foreach (var part in Enumerable.Range(0, Count).Chunk(2000))
        {
            LogBench.Write(log, string.Concat(part.Select(n => $"{n}\n")));
            bench.Drain(log);
        }

        await LogBench.Until(() => Files(bench).All(name => name is "web.log" || name.EndsWith(".gz", StringComparison.Ordinal)));
        Assert.True(Files(bench).Length > 6);
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{n}"), await Text(bench, _all));
        foreach (var count in new[] { 1, 5000, 12_345, 30_000, Count, Count + 1 })
        {
            Assert.Equal(Enumerable.Range(0, Count).TakeLast(count).Select(n => $"{n}"), await Text(bench, _all with { Lines = count }));
        }
    }

    [Fact]
    public async Task Rotation_goes_on_while_files_are_compressed_and_no_line_is_lost_or_doubled()
    {
        const int Count = 300_000;
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 20_000, MaxFiles = 1000, Compress = true });
        foreach (var part in Enumerable.Range(0, Count).Chunk(1000))
        {
            LogBench.Write(log, string.Concat(part.Select(n => $"{n}\n")));
        }

        bench.Drain(log);
        await LogBench.Until(() => Files(bench).All(name => name is "web.log" || name.EndsWith(".gz", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{n}"), await Text(bench, _all));
        Assert.Empty(bench.Reports);
    }

    [Fact]
    public void Every_older_file_gets_the_next_number_in_either_form_and_a_missing_one_stays_missing()
    {
        using var bench = new LogBench();
        Put(bench, "web.log.2", "two\n");
        Put(bench, "web.log.5.gz", Gzip("five\n"));
        Put(bench, "web.log.7", "seven\n");
        var log = bench.Open(new() { MaxSize = 10, MaxFiles = 10 });
        for (var round = 0; round < 3; round++)
        {
            LogBench.Write(log, $"round {round}\n");
            bench.Drain(log);
        }

        Assert.Equal(["web.log", "web.log.1", "web.log.2", "web.log.4", "web.log.7.gz", "web.log.9"], Files(bench).Order(StringComparer.Ordinal));
        Assert.Equal(("round 2\n", "round 1\n", "round 0\n", "two\n", "seven\n"), (bench.Text(), bench.Text("web.log.1"), bench.Text("web.log.2"), bench.Text("web.log.4"), bench.Text("web.log.9")));

        LogBench.Write(log, "round 3\n");
        bench.Drain(log);
        Assert.Equal(["web.log", "web.log.1", "web.log.2", "web.log.3", "web.log.5", "web.log.8.gz"], Files(bench).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_compressed_keeps_its_place_when_compress_is_taken_back()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 10, MaxFiles = 10, Compress = true });
        LogBench.Write(log, "round 0\n");
        LogBench.Write(log, "round 1\n");
        bench.Drain(log);
        await LogBench.Until(() => Files(bench).SequenceEqual(["web.log", "web.log.1.gz"]));

        log.Reconfigure(new() { MaxSize = 10, MaxFiles = 10 });
        log.BeginRun(2, "");
        LogBench.Write(log, "round 2\n");
        LogBench.Write(log, "round 3\n");
        bench.Drain(log);

        Assert.Equal(["web.log", "web.log.1", "web.log.2", "web.log.3.gz"], Files(bench).Order(StringComparer.Ordinal));
        Assert.Equal(["round 0", "round 1", "round 2", "round 3"], await Text(bench, _all));
    }

    [Fact]
    public async Task What_a_crash_left_half_compressed_is_done_again_and_files_of_both_forms_count_once()
    {
        using var bench = new LogBench();
        Put(bench, "web.log.gz.tmp", "half");
        Put(bench, "web.log.1", "one\n");
        Put(bench, "web.log.1.gz", Gzip("one\n"));
        Put(bench, "web.log.2", "two\n");
        Put(bench, "web.log", "zero\n");
        var log = bench.Open(new() { Compress = true });
        await LogBench.Until(() => Files(bench).SequenceEqual(["web.log", "web.log.1.gz", "web.log.2.gz"]));
        LogBench.Write(log, "now\n");
        bench.Drain(log);

        Assert.Equal(["two", "one", "zero", "now"], await Text(bench, _all));
    }

    [Fact]
    public async Task A_damaged_compressed_file_is_said_where_its_lines_would_be()
    {
        using var bench = new LogBench();
        Put(bench, "web.log.1.gz", "no gzip at all");
        Put(bench, "web.log", "now\n");
        bench.Drain(bench.Open(new()));

        var lines = await Text(bench, _all);
        Assert.Equal(2, lines.Count);
        Assert.Matches(@"^\[supervisor: .*/web.log.1.gz is damaged", lines[0]);
    }

    [Fact]
    public async Task Files_are_removed_by_age_and_by_their_total()
    {
        using var bench = new LogBench();
        foreach (var (number, hours) in new[] { (1, 1), (2, 5), (3, 30) })
        {
            Put(bench, $"web.log.{number}", new string('x', 3000) + "\n");
            File.SetLastWriteTimeUtc(Path.Combine(bench.Directory, $"web.log.{number}"), DateTime.UtcNow.AddHours(-hours));
        }

        var log = bench.Open(new() { MaxSize = 4000, MaxFiles = 10, MaxAge = TimeSpan.FromHours(24) });
        await LogBench.Until(() => Files(bench).SequenceEqual(["web.log.1", "web.log.2"]));
        log.Reconfigure(new() { MaxSize = 4000, MaxFiles = 10, MaxTotal = 8000 });
        log.BeginRun(2, "");
        await LogBench.Until(() => Files(bench).SequenceEqual(["web.log.1"]));
    }

    [Fact]
    public async Task A_file_gets_too_old_without_anything_else_happening()
    {
        using var bench = new LogBench();
        Put(bench, "web.log.1", "old\n");
        bench.Open(new() { MaxAge = TimeSpan.FromSeconds(2) });

        await LogBench.Until(() => Files(bench).Length == 0);
    }

    [Fact]
    public async Task A_current_file_that_is_too_old_is_rotated_at_the_next_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxAge = TimeSpan.FromMilliseconds(1) });
        LogBench.Write(log, "first\n");
        bench.Drain(log);
        var written = DateTimeOffset.UtcNow;
        await LogBench.Until(() => DateTimeOffset.UtcNow - written > TimeSpan.FromMilliseconds(2));
        LogBench.Write(log, "second\n");
        bench.Drain(log);

        Assert.Equal("second\n", bench.Text());
    }

    [Fact]
    public async Task A_disk_that_refuses_the_compressed_file_is_said_once_and_the_plain_one_stays()
    {
        using var disk = new SmallDisk(256 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new() { MaxSize = 20_000, MaxFiles = 5, Compress = true, OnFull = OnFull.Drop });
        LogBench.Write(log, "first\n");
        bench.Drain(log);
        disk.Fill();
        Assert.Equal(LogRotation.Done, (await bench.Logs.Rotate(new("web"))).Single().How);

        Assert.Contains("log of web: older files: No space left on device", bench.NextReport());
        Assert.Contains("web.log.1", Files(bench));
        disk.Clear();
        log.BeginRun(2, "");
        await LogBench.Until(() => Files(bench).Contains("web.log.1.gz"));
    }

    [Fact]
    public async Task Json_lines_are_read_back_as_the_job_wrote_them()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { Format = LogFormat.Json, MaxSize = 200_000, MaxFiles = 50 });
        var long1 = new string('l', 300_000);
        LogBench.Write(log, $"one \"1\"\n{long1}\n{string.Concat(Enumerable.Repeat("fill\n", 20_000))}\u001b[31mré\n");
        bench.Drain(log);

        var lines = await Text(bench, _all);
        Assert.Equal(20_003, lines.Count);
        Assert.Equal(("one \"1\"", long1, "\u001b[31mré"), (lines[0], lines[1], lines[^1]));
        await foreach (var line in bench.Read(_all))
        {
            Assert.NotNull(line.At);
        }

        Assert.All(Files(bench).SelectMany(name => File.ReadLines(Path.Combine(bench.Directory, name))), json => Assert.Matches("^{.*}$", json));
    }

    [Fact]
    public void With_drop_a_full_disk_leaves_whole_objects_only()
    {
        using var disk = new SmallDisk(512 * 1024);
        using var bench = new LogBench(Path.Combine(disk.Folder, "logs"));
        var log = bench.Open(new() { Format = LogFormat.Json, OnFull = OnFull.Drop });
        LogBench.Write(log, string.Concat(Enumerable.Range(0, 20_000).Select(n => $"number {n:D8}\n")));
        bench.Drain(log);

        Assert.True(bench.Logs.Counters(new("web")).DroppedLines > 10_000);
        Assert.EndsWith("}\n", bench.Text());
        Assert.All(File.ReadLines(Path.Combine(bench.Directory, "web.log")), json => Assert.Matches("^{.*}$", json));
    }

    [Fact]
    public async Task Rotation_by_hand_begins_a_new_file_or_waits_for_the_end_of_the_line()
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        Assert.Equal(LogRotation.Empty, (await bench.Logs.Rotate(new("web"))).Single().How);
        LogBench.Write(log, "one\n");
        bench.Drain(log);
        Assert.Equal(LogRotation.Done, (await bench.Logs.Rotate(new("web"))).Single().How);
        LogBench.Write(log, "two\nhal");
        bench.Drain(bench.Open(new(), "other"));
        Assert.Equal(LogRotation.AtLineEnd, (await bench.Logs.Rotate(new("web"))).Single().How);
        LogBench.Write(log, "f\nthree\n");
        bench.Drain(log);

        Assert.Equal(("one\n", "two\nhalf\n", "three\n"), (bench.Text("web.log.2"), bench.Text("web.log.1"), bench.Text()));
        Assert.Empty(await bench.Logs.Rotate(new("nobody")));
    }

    [Fact]
    public async Task Lines_since_a_time_come_from_memory_exactly_and_from_files_by_stamp_or_by_the_files_own_time()
    {
        using var bench = new LogBench();
        Put(bench, "web.log.1", "ancient\n");
        File.SetLastWriteTimeUtc(Path.Combine(bench.Directory, "web.log.1"), DateTime.UtcNow.AddDays(-2));
        Put(bench, "web.log", "2001-01-01T00:00:00.000Z old\n");
        var log = bench.Open(new() { Timestamp = true });
        LogBench.Write(log, "new\n");
        bench.Drain(log);

        Assert.Equal(["new"], await Text(bench, _all with { Since = DateTimeOffset.UtcNow.AddHours(-1) }));
        Assert.Equal(["old", "new"], (await Text(bench, _all with { Since = new(2000, 1, 1, 0, 0, 0, default) })).TakeLast(2));
    }

    private static void Put(LogBench bench, string name, string text) => Put(bench, name, Encoding.UTF8.GetBytes(text));

    private static void Put(LogBench bench, string name, byte[] content) => File.WriteAllBytes(Path.Combine(bench.Directory, name), content);

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    private static string[] Files(LogBench bench) => [.. Directory.GetFiles(bench.Directory).Select(path => Path.GetFileName(path)!).Order()];

    private static async Task<List<string>> Text(LogBench bench, LogQuery query)
    {
        var lines = new List<string>();
        await foreach (var line in bench.Read(query))
        {
            lines.Add(LogBench.Text(line));
        }

        return lines;
    }
}
