using System.Collections.Concurrent;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Logs;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>A log thread on a temporary directory, and the job's side of its pipes.</summary>
internal sealed class LogBench : IEngineInbox, IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly BlockingCollection<EngineFact> _facts = [];
    private long _spawn;

    public LogBench(string? directory = null, int console = 1, string? journal = null)
    {
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("logs").FullName;
        Logs = new(Directory, this, (_, text) => Reports.Add(text), TimeProvider.System, console, journal: journal ?? Path.Combine(Directory, "no-journal"));
    }

    public string Directory { get; }

    public JobLogs Logs { get; }

    public BlockingCollection<string> Reports { get; } = [];

    public void Post(EngineFact fact) => _facts.Add(fact);

    public IJobLog Open(LogSpec spec, string name = "web")
    {
        var log = Logs.Open(new(name), spec);
        log.BeginRun(1, "");
        return log;
    }

    public void Drain(IJobLog log)
    {
        log.Drain(++_spawn);
        Assert.True(_facts.TryTake(out var fact, _limit));
        Assert.Equal(new LogDrained(_spawn), fact);
    }

    /// <summary>Every line of the past, and then, to follow, those that come.</summary>
    public async IAsyncEnumerable<LogLine> Read(LogQuery query, string name = "web")
    {
        var feed = Logs.Read(new(name), query);
        foreach (var line in feed.Past)
        {
            yield return line;
        }

        await foreach (var line in feed.Coming(TestContext.Current.CancellationToken))
        {
            yield return line;
        }
    }

    public string NextReport()
    {
        Assert.True(Reports.TryTake(out var text, _limit));
        return text;
    }

    public string Text(string file = "web.log") => File.ReadAllText(Path.Combine(Directory, file));

    public static void Write(IJobLog log, string text, bool error = false) =>
        WriteTo((error ? log.Targets.Error : log.Targets.Out).Descriptor, Encoding.UTF8.GetBytes(text));

    public static unsafe void WriteTo(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                var count = (long)LibC.write(descriptor, start, bytes.Length);
                Assert.True(count > 0);
                bytes = bytes[(int)count..];
            }
        }
    }

    /// <summary>Whether a job could write a line now without waiting.</summary>
    public static unsafe bool TakesMore(IJobLog log)
    {
        var poll = new pollfd { fd = log.Targets.Out.Descriptor, events = LibC.POLLOUT };
        return LibC.poll(&poll, 1, 0) > 0;
    }

    /// <summary>Waits for what nobody tells: a file of the keeper's, a line in the ring.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (var limit = Environment.TickCount64 + (long)_limit.TotalMilliseconds; !condition();)
        {
            Assert.True(Environment.TickCount64 < limit, "it has not come to that");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public string[] LastLines(string name = "web") => [.. Logs.LastLines(new(name), int.MaxValue).Select(Text)];

    public static string Text(LogLine line) => Encoding.UTF8.GetString(line.Text.Span);

    public void Dispose()
    {
        Logs.Dispose();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
