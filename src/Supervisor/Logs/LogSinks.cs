using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Makes the sinks of pipes. Belongs to the log thread.</summary>
internal sealed class LogSinks(string directory, ConsoleOutput console, JournalSocket journal, LogTransfer? transfer = null)
{
    private readonly LogScratch _scratch = new();

    /// <summary>Makes moves survive a crash; null: nobody would go on from there.</summary>
    public LogTransfer? Transfer => transfer;

    /// <summary>The console.</summary>
    public ConsoleOutput Console => console;

    /// <summary>journald.</summary>
    public JournalSocket Journal => journal;

    /// <summary>What the pipe writes to from now on: what it has, if that can go on, with a changed configuration.</summary>
    public LogSink Of(LogPipe pipe, JobLog log, LogSpec spec, LogTarget target)
    {
        switch (pipe.Sink, target.Kind)
        {
            case (FileSink file, LogTargetKind.File):
                if (!file.HasFormatOf(spec))
                {
                    file.Format = Format(spec, log.Account.Name, pipe.Stream);
                    file.BeginRun(log.Run);
                }

                file.Reconfigure(spec);
                return file;
            case (ConsoleSink sink, LogTargetKind.Console):
                sink.Spec = spec;
                return sink;
            case (JournalSink sink, LogTargetKind.Journal):
                sink.Spec = spec;
                return sink;
        }

        pipe.Sink?.Dispose();
        var isFirst = pipe.Sink is null;
        var made = New(pipe, log, spec, target);
        made.BeginRun(log.Run);
        if (isFirst && pipe.SinkLeft is { } left)
        {
            made.GoOn(left);
        }
        else if (isFirst && pipe.IsTakenOver && made is FileSink file)
        {
            pipe.IsMidLine = file.GoOnAfterCrash(pipe);
        }

        pipe.SinkLeft = null;
        return made;
    }

    private LogSink New(LogPipe pipe, JobLog log, LogSpec spec, LogTarget target)
    {
        var name = log.Account.Name;
        switch (target.Kind)
        {
            case LogTargetKind.Journal:
                return new JournalSink(journal, pipe.Stream, spec, log.Account);
            case LogTargetKind.Console:
                console.Width = Math.Max(console.Width, name.ToString().Length);
                return new ConsoleSink(console, spec, log.Account, new(_scratch, name, pipe.Stream));
            default:
                var settings = new FileSettings(directory, FileSettings.NameOf(name, pipe.Stream == LogStream.Stderr), spec);
                return new FileSink(settings, log.Files(pipe.Stream), log.Account, Format(spec, name, pipe.Stream), log.Tend, transfer);
        }
    }

    private LineFormat? Format(LogSpec spec, InstanceName name, LogStream stream) =>
        spec.Format == LogFormat.Json ? new JsonLines(_scratch, name, stream)
        : spec.Timestamp ? new StampedLines(_scratch)
        : null;
}
