using System.Runtime.CompilerServices;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Answers one query: the past from the ring when it is enough, else from the files; then, to follow, the ring again.</summary>
internal sealed class LogQueryRun(JobLog log, string directory, LogQuery query)
{
    private readonly LineAssembler _assembler = new();

    /// <summary>The lines.</summary>
    public LogFeed Feed()
    {
        var copy = log.Ring.Copy(0);
        var lines = new List<LogLine>();
        _assembler.Add(query.CurrentRunOnly ? copy.Bytes.AsSpan((int)(Math.Max(copy.RunStart, copy.Start) - copy.Start)) : copy.Bytes, lines);
        if (!query.Follow)
        {
            _assembler.Finish(lines);
        }

        // The ring has all since then when it reaches back beyond it.
        var reachesBack = lines is [var oldest, ..] && oldest.At < query.Since;
        lines.RemoveAll(line => !Wanted(line));
        var past = reachesBack || !HasFiles || RingIsEnough(copy, lines.Count) ? Last(lines) : Files(copy);
        return new(past, cancellation => Follow(copy, cancellation));
    }

    private async IAsyncEnumerable<LogLine> Follow(RingCopy copy, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = new List<LogLine>();
        while (query.Follow && !log.IsClosed)
        {
            var next = log.Waiters.Next();
            var newer = log.Ring.Copy(copy.End);
            if (newer.End == copy.End)
            {
                await next.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            var missed = newer.Start > copy.End ? newer.LostLines - copy.AllLines : 0;
            if (newer.Start > copy.End)
            {
                _assembler.Reset();
            }

            lines.Clear();
            _assembler.Add(newer.Bytes, lines);
            copy = newer;
            foreach (var line in lines.Where(Wanted))
            {
                yield return line with { Missed = Math.Max(missed, 0) };
                missed = 0;
            }
        }
    }

    private bool Wanted(LogLine line) => (query.Stream is not { } stream || line.Stream == stream) && (query.Since is not { } since || line.At >= since);

    private bool RingIsEnough(RingCopy copy, int lines) =>
        (query.Lines is { } most && most <= lines) || (query.CurrentRunOnly && copy.HasWholeRun);

    private bool HasFiles => log.Spec.Stdout.Kind == LogTargetKind.File || log.Spec.Stderr.Kind == LogTargetKind.File;

    private List<LogLine> Last(List<LogLine> lines) => query.Lines is { } most && most < lines.Count ? lines[^most..] : lines;

    // stderr's own file comes after stdout's: two files have no common order.
    private IEnumerable<LogLine> Files(RingCopy copy)
    {
        var (mark, own) = (log.Mark, log.Spec.Stderr.Kind == LogTargetKind.File);
        var all = Enumerable.Empty<LogLine>();
        if (log.Spec.Stdout.Kind == LogTargetKind.File && query.Stream != LogStream.Stderr)
        {
            all = all.Concat(Read(LogStream.Stdout, mark.Out, copy.Out));
        }

        if (own && query.Stream != LogStream.Stdout)
        {
            all = all.Concat(Read(LogStream.Stderr, mark.Error, copy.Error));
        }

        return all;
    }

    private IEnumerable<LogLine> Read(LogStream stream, FilePosition runStart, FilePosition end)
    {
        var settings = new FileSettings(directory, FileSettings.NameOf(log.Account.Name, stream == LogStream.Stderr), log.Spec);
        return new FileHistory(settings, log.Files(stream), stream, query.CurrentRunOnly ? runStart : null, end, query.Since, withPartial: !query.Follow).Lines(query.Lines);
    }
}
