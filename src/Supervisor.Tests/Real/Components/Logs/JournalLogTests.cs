using System.Text;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Supervisor.Hosting;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

public class JournalLogTests
{
    private static readonly LogSpec _journal = new() { Stdout = LogTarget.Journal };

    [Fact]
    public void A_line_is_an_entry_with_the_fields_of_its_job_and_run()
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Logs.Open(new("web", 2, IsNumbered: true), _journal with { Stderr = LogTarget.Journal });
        log.BeginRun(7, "0123456789abcdef0123456789abcdef");
        log.RunsAs(4711);
        LogBench.Write(log, "hel");
        LogBench.Write(log, "lo = wörld\n");
        bench.Drain(log);
        LogBench.Write(log, "bad\n", error: true);
        bench.Drain(log);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["MESSAGE"] = "hello = wörld",
                ["PRIORITY"] = "6",
                ["SYSLOG_IDENTIFIER"] = "web@2",
                ["SUPERVISOR_JOB"] = "web",
                ["SUPERVISOR_INSTANCE"] = "2",
                ["SUPERVISOR_ATTEMPT"] = "7",
                ["SUPERVISOR_INVOCATION_ID"] = "0123456789abcdef0123456789abcdef",
                ["SUPERVISOR_STREAM"] = "stdout",
                ["OBJECT_PID"] = "4711",
            },
            journal.Next());
        var second = journal.Next();
        Assert.Equal(("bad", "6", "stderr"), (second["MESSAGE"], second["PRIORITY"], second["SUPERVISOR_STREAM"]));
    }

    [Theory]
    [InlineData("<3>disk full\n", "3", "disk full")]
    [InlineData("<7>\n", "7", "")]
    [InlineData("<8>no level\n", "6", "<8>no level")]
    [InlineData("<3\n", "6", "<3")]
    [InlineData("\n", "6", "")]
    [InlineData("tab\there \u001b[2J \0 and =\n", "6", "tab\there \u001b[2J \0 and =")]
    public void A_level_before_a_line_is_taken_off_and_every_other_byte_stays(string line, string priority, string message)
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Open(_journal);
        // Byte by byte, as well as at once.
        foreach (var part in line.Select(c => c.ToString()).Append(line))
        {
            LogBench.Write(log, part);
            bench.Drain(bench.Open(new(), "other"));
        }

        foreach (var entry in new[] { journal.Next(), journal.Next() })
        {
            Assert.Equal((priority, message), (entry["PRIORITY"], entry["MESSAGE"]));
        }
    }

    [Fact]
    public void A_line_too_large_for_a_datagram_goes_as_a_file_and_one_above_a_MiB_in_pieces_that_say_so()
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Open(_journal);
        var (large, huge) = (new string('a', 700_000), "<4>" + new string('b', 2_500_000));
        LogBench.Write(log, large + "\n");
        bench.Drain(log);
        var first = journal.Next(out var wasFile);
        Assert.True(wasFile);
        Assert.Equal(large, first["MESSAGE"]);
        Assert.DoesNotContain("SUPERVISOR_LINE_BREAK", first.Keys);

        LogBench.Write(log, huge + "\nend\n");
        bench.Drain(log);
        var pieces = Enumerable.Range(0, 4).Select(_ => journal.Next()).ToList();
        Assert.Equal(huge[3..], string.Concat(pieces.Take(3).Select(piece => piece["MESSAGE"])));
        Assert.All(pieces.Take(3), piece => Assert.Equal("4", piece["PRIORITY"]));
        Assert.Equal([true, true, false, false], pieces.Select(piece => piece.ContainsKey("SUPERVISOR_LINE_BREAK")));
        Assert.Equal(("end", "6"), (pieces[3]["MESSAGE"], pieces[3]["PRIORITY"]));
    }

    [Fact]
    public async Task A_journald_that_reads_slowly_loses_nothing_and_the_job_waits()
    {
        const int Count = 5000;
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var (log, other) = (bench.Open(_journal), bench.Open(_journal, "other"));
        var text = string.Concat(Enumerable.Range(0, Count).Select(n => $"line {n} {new string('x', 100)}\n"));
        var job = Task.Run(() => LogBench.Write(log, text), TestContext.Current.CancellationToken);
        LogBench.Write(other, "another\n");
        // The run ends while journald takes nothing: its end is not held up, and what comes next is of the next run.
        bench.Drain(other);
        other.BeginRun(2, "");
        LogBench.Write(other, "second run\n");
        var entries = new List<Dictionary<string, string>>();
        while (entries.Count < Count + 2)
        {
            entries.Add(journal.Next());
        }

        await job.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, Count), Of("web").Select(entry => int.Parse(entry["MESSAGE"].Split(' ')[1])));
        Assert.Equal([("another", "1"), ("second run", "2")], Of("other").Select(entry => (entry["MESSAGE"], entry["SUPERVISOR_ATTEMPT"])));
        Assert.Equal((0, 0), (bench.Logs.Counters(new("web")).DroppedBytes, bench.Logs.Counters(new("web")).DroppedLines));

        IEnumerable<Dictionary<string, string>> Of(string job) => entries.Where(entry => entry["SUPERVISOR_JOB"] == job);
    }

    [Fact]
    public void A_journald_that_has_gone_is_told_once_and_its_successor_gets_every_line()
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Open(_journal);
        LogBench.Write(log, "one\n");
        bench.Drain(log);
        Assert.Equal("one", journal.Next()["MESSAGE"]);
        journal.GoAway();
        LogBench.Write(log, "two\n");
        bench.Drain(log);
        Assert.Matches(@"^log of web: (send|connect) to .*/socket: .*; the job waits, and it is tried again$", bench.NextReport());
        Assert.Contains("/socket: ", bench.Logs.Counters(new("web")).LastError);
        LogBench.Write(log, "three\n");
        journal.Listen();

        Assert.Equal("two", journal.Next()["MESSAGE"]);
        Assert.Equal("three", journal.Next()["MESSAGE"]);
        Assert.Equal("log of web: journald takes lines again; nothing lost", bench.NextReport());
        Assert.Null(bench.Logs.Counters(new("web")).LastError);
        Assert.Empty(bench.Reports);
    }

    [Fact]
    public void With_drop_lines_that_journald_does_not_take_are_counted_and_whole_ones_follow()
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Open(_journal with { OnFull = OnFull.Drop });
        const int Count = 20_000;
        LogBench.Write(log, string.Concat(Enumerable.Range(0, Count).Select(n => $"{n:D9}\n")));
        bench.Drain(log);
        Assert.Equal("log of web: journald takes nothing; its output is dropped until it works again", bench.NextReport());
        var counters = bench.Logs.Counters(new("web"));
        var kept = Enumerable.Range(0, Count - (int)counters.DroppedLines).Select(_ => journal.Next()["MESSAGE"]).ToList();

        Assert.InRange(counters.DroppedLines, 1, Count - 1);
        Assert.Equal(10 * counters.DroppedLines, counters.DroppedBytes);
        Assert.All(kept, line => Assert.Matches("^[0-9]{9}$", line));
        LogBench.Write(log, "after\n");
        Assert.Equal("after", journal.Next()["MESSAGE"]);
    }

    [Fact]
    public void Nobody_there_at_the_end_costs_what_is_held_and_says_so()
    {
        using var bench = new LogBench();
        var log = bench.Open(_journal);
        LogBench.Write(log, "never\n");
        bench.Drain(log);
        Assert.Contains("No such file or directory; the job waits", bench.NextReport());
        log.Close();

        Assert.Matches(@"^log of web is closed: 6 bytes lost \(connect to .*No such file or directory\)$", bench.NextReport());
    }

    [Fact]
    public async Task Nothing_is_allocated_per_line()
    {
        using var journal = new FakeJournal();
        using var bench = new LogBench(journal: journal.Path);
        var log = bench.Open(_journal);
        const int Lines = 20_000;
        const int SmallestObject = 24;
        var job = Task.Run(
            () =>
            {
                var bytes = Encoding.ASCII.GetBytes("a line of a job\n");
                for (var i = 0; i < Lines; i++)
                {
                    LogBench.WriteTo(log.Targets.Out.Descriptor, bytes);
                }
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < Lines; i++)
        {
            _ = journal.Next();
        }

        await job.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        bench.Drain(log);
        // What waits for journald is held in a buffer that grows with the largest piece, some 64 KiB in all: not per line.
        Assert.InRange(bench.Logs.AllocatedBytes, 0, Lines * SmallestObject / 2);
    }

    [Fact]
    public void Messages_of_the_supervisor_itself_have_fields_too()
    {
        using var journal = new FakeJournal();
        using (var own = new JournalLog(journal.Path))
        using (var logger = new LoggerConfiguration().WriteTo.Sink(new Forward(own)).CreateLogger())
        {
            logger.ForContext("Job", "web@2").Warning("{Text:l}", "attempt 4 in 3.2 s");
            logger.Error(new InvalidOperationException("reason"), "{Text:l}", "one\ntwo");
        }

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["MESSAGE"] = "web@2: attempt 4 in 3.2 s",
                ["PRIORITY"] = "4",
                ["SYSLOG_IDENTIFIER"] = "supervisor",
                ["SUPERVISOR_JOB"] = "web",
                ["SUPERVISOR_INSTANCE"] = "2",
            },
            journal.Next());
        var second = journal.Next();
        Assert.Equal(("3", "one\ntwo: System.InvalidOperationException: reason"), (second["PRIORITY"], second["MESSAGE"]));
        Assert.DoesNotContain("SUPERVISOR_JOB", second.Keys);
    }

    private sealed class Forward(JournalLog journal) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => Assert.True(journal.Write(logEvent));
    }
}
