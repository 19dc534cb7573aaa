using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <content>What the engine, and people, ask of it.</content>
internal sealed unsafe partial class LogThread
{
    private void Do(LogCommand command)
    {
        switch (command.Kind)
        {
            case LogCommandKind.Configure:
                Configure(command.Out, command.Log!, command.Spec!, command.Spec!.Stdout);
                Configure(command.Error, command.Log!, command.Spec!, command.Spec!.Stderr);
                break;
            case LogCommandKind.BeginRun:
                command.Log!.Run = command.Run!;
                command.Log!.Watch = null;
                BeginRun(command.Log!);
                break;
            case LogCommandKind.Runs:
                command.Log!.Run = command.Run!;
                BeginSinks(command.Log!);
                break;
            case LogCommandKind.Watch:
                // What is there already was written before the process that is waited for.
                Drain(command.Out, command.Log!);
                Drain(command.Error, command.Log!);
                command.Log!.Watch = command.Watch;
                break;
            case LogCommandKind.Rotate:
                command.Rotated!.SetResult(Rotate(command.Log!));
                break;
            case LogCommandKind.Drain:
                Drain(command.Out, command.Log!);
                Drain(command.Error, command.Log!);
                FlushConsole();
                AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
                _inbox.Post(new LogDrained(command.SpawnId));
                break;
            case LogCommandKind.Retire:
                Retire(command.Out, command.Log!);
                Retire(command.Error, command.Log!);
                break;
            case LogCommandKind.Forget:
                command.Log!.IsClosed = true;
                command.Log!.Waiters.Wake();
                break;
            case LogCommandKind.Rest:
                _console.FlushPatiently(LastFlushMilliseconds);
                command.Then!();
                break;
            case LogCommandKind.Stop:
                StopAll();
                break;
        }
    }

    private void Configure(LogPipe? pipe, JobLog log, LogSpec spec, LogTarget target)
    {
        if (pipe is null)
        {
            return;
        }

        pipe.Sink = _sinks.Of(pipe, log, spec, target);
        if (pipe.Tag == 0)
        {
            _table.Add(pipe, log);
            Control(LibC.EPOLL_CTL_ADD, pipe.ReadEnd, LibC.EPOLLIN, pipe.Tag);
        }

        Settle(pipe);
    }

    private void BeginRun(JobLog log)
    {
        log.Ring.BeginRun();
        log.Mark = new(Place(log, LogStream.Stdout), Place(log, LogStream.Stderr));
        BeginSinks(log);
        log.Tend();
    }

    // A reader must know where the file ends before anything has been written.
    private FilePosition Place(JobLog log, LogStream stream)
    {
        if (_table.Find(log, stream)?.Sink is not FileSink file)
        {
            return default;
        }

        var place = file.Position;
        log.Ring.Wrote(stream, file.Written);
        return place;
    }

    private void BeginSinks(JobLog log)
    {
        _table.Find(log, LogStream.Stdout)?.Sink?.BeginRun(log.Run);
        _table.Find(log, LogStream.Stderr)?.Sink?.BeginRun(log.Run);
    }

    private List<RotatedFile> Rotate(JobLog log)
    {
        var files = new List<RotatedFile>();
        foreach (var stream in (ReadOnlySpan<LogStream>)[LogStream.Stdout, LogStream.Stderr])
        {
            if (_table.Find(log, stream) is { Sink: FileSink file } pipe)
            {
                LogPump.Retry(pipe, log);
                var how = file.Rotate();
                log.Ring.Wrote(stream, file.Written);
                Settle(pipe);
                files.Add(new(file.Path, how, how == LogRotation.Failed ? file.LastError : null));
            }
        }

        return files;
    }

    private void Drain(LogPipe? pipe, JobLog log)
    {
        if (pipe?.Sink is not null)
        {
            LogPump.Retry(pipe, log);
            _pump.Drain(pipe, log);
            Settle(pipe);
        }
    }

    private void Retire(LogPipe? pipe, JobLog log)
    {
        if (pipe?.Sink is null)
        {
            return;
        }

        var before = log.Account.Dropped;
        LogPump.Retry(pipe, log);
        _pump.Drain(pipe, log);
        log.Account.Drop(pipe.Available(), 0);
        var error = pipe.Sink.Error;
        pipe.Sink.Dispose();
        pipe.Sink = null;
        _paused -= pipe.IsPaused ? 1 : 0;
        _table.Remove(pipe);
        _busy.Remove(pipe);
        // Explicitly: a leftover's copy of the write end would not keep it in the set, but an inherited read end would.
        Control(LibC.EPOLL_CTL_DEL, pipe.ReadEnd, 0, pipe.Tag);
        pipe.Close();
        if (log.Account.Dropped > before)
        {
            log.Account.Trouble(error, $"log of {log.Account.Name} is closed: {log.Account.Dropped - before} bytes lost ({error ?? "it could not be written"})");
        }
    }

    private void StopAll()
    {
        JobLog? last = null;
        foreach (var (pipe, log) in _table.All)
        {
            last = pipe.Sink is ConsoleSink ? log : last;
            Retire(pipe, log);
        }

        _sinks.Journal.Dispose();
        _console.FlushPatiently(LastFlushMilliseconds);
        if (_console.TakeLost(all: true) is > 0 and var lost && last is not null)
        {
            // Whose lines they were is not known any more.
            last.Account.Drop(lost, 0);
            last.Account.Trouble(null, $"standard output is not read: {lost} bytes of jobs' output lost at the end");
        }

        _stopped = true;
    }
}
