using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Writes one pipe into a rotated file; holds (on_full: block) or drops what the disk refuses, and says so once.</summary>
/// <param name="settings">Which file.</param>
/// <param name="generations">Counts its files.</param>
/// <param name="account">Counters.</param>
/// <param name="format">What is put around lines; null: nothing.</param>
/// <param name="rotated">Hears that there is an older file more.</param>
/// <param name="transfer">Makes writing survive a crash; null: nobody would go on from there.</param>
internal sealed class FileSink(
    FileSettings settings, FileGenerations generations, LogAccount account, LineFormat? format, Action rotated, LogTransfer? transfer = null) : LogSink
{
    /// <summary>
    /// Drains stop handing over at this much; what they leave waits in the pipe. One piece can exceed it (by 256 KiB, and with time stamps by
    /// 64 KiB of empty lines that get 25 bytes each): the bound of what is held is 3 MiB.
    /// </summary>
    private const int HeldAtDrain = 1024 * 1024;

    private readonly RotatingFile _file = new(settings, generations, rotated) { Transfer = transfer };
    private byte[] _held = [];
    private int _heldLength;
    private bool _inTrouble;
    private bool _hasDropped;
    private bool _dropsLine;
    private long _droppedBefore;

    /// <summary>What is put around lines; null: nothing.</summary>
    public LineFormat? Format { get; set; } = format;

    /// <summary>Where what comes next will be: after what is held.</summary>
    public FilePosition Position => _file.Position(_heldLength);

    /// <inheritdoc/>
    public override bool Accepts => _heldLength == 0;

    /// <inheritdoc/>
    public override bool CanHold => _heldLength < HeldAtDrain;

    /// <inheritdoc/>
    public override int LargestRead => Format is null ? int.MaxValue : 64 * 1024;

    /// <inheritdoc/>
    public override FilePosition Written => _file.Written;

    /// <summary>A changed size, count or age.</summary>
    public void Reconfigure(LogSpec spec) => _file.Settings = _file.Settings with { Spec = spec };

    /// <summary>Whether a file of this spec can go on as this one: the same format of its lines.</summary>
    public bool HasFormatOf(LogSpec spec) => (_file.Settings.Spec.Format, _file.Settings.Spec.Timestamp) == (spec.Format, spec.Timestamp);

    /// <inheritdoc/>
    public override SinkState State
    {
        get
        {
            var state = new SinkState
            {
                Held = _held[.._heldLength],
                DropsLine = _dropsLine,
                HasDropped = _hasDropped,
                IsInTrouble = _inTrouble,
                DroppedBefore = _droppedBefore,
            };
            return Format?.AddTo(state) ?? state;
        }
    }

    /// <inheritdoc/>
    public override void GoOn(SinkState state)
    {
        _file.ContinuesLine = true;
        (_held, _heldLength, _dropsLine, _hasDropped) = (state.Held, state.Held.Length, state.DropsLine, state.HasDropped);
        (_inTrouble, _droppedBefore) = (state.IsInTrouble, state.DroppedBefore);
        Format?.GoOn(state);
    }

    /// <summary>
    /// Goes on after an image that was killed: nobody can tell where it stood but the file itself. Whether that ends within a line; an object that was begun (format:
    /// json) is ended as it is.
    /// </summary>
    public bool GoOnAfterCrash(LogPipe pipe)
    {
        transfer?.RollBack(pipe, _file.Settings);
        if (Format is JsonLines || !_file.EndsInMidLine())
        {
            return false;
        }

        _file.ContinuesLine = true;
        Format?.GoOn(new() { IsLineStart = false });
        return true;
    }

    /// <inheritdoc/>
    public override void BeginRun(LogRun run) => Format?.BeginRun(run);

    /// <summary>Path of the current file.</summary>
    public string Path => _file.Settings.Path;

    /// <summary>Why the last call did less than it should; null: it did not.</summary>
    public string? LastError => _file.Error;

    /// <summary>Begins a new file, at the next line start.</summary>
    public LogRotation Rotate() => _file.RotateSoon();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> chunk, long at)
    {
        _file.Now = at;
        if (Format is null)
        {
            Emit(chunk);
            return;
        }

        while (!chunk.IsEmpty)
        {
            var formatted = Format.Next(chunk, at, out var taken);
            if (!formatted.IsEmpty)
            {
                Emit(formatted);
            }

            chunk = chunk[taken..];
        }
    }

    /// <inheritdoc/>
    public override string? Error => _inTrouble ? _file.Error : null;

    /// <inheritdoc/>
    public override bool RetriesByTime => true;

    /// <inheritdoc/>
    public override void Retry()
    {
        if (_heldLength == 0)
        {
            return;
        }

        var written = _file.Write(_held.AsSpan(0, _heldLength));
        _held.AsSpan(written, _heldLength - written).CopyTo(_held);
        _heldLength -= written;
        if (_heldLength > 0)
        {
            account.Fail();
            return;
        }

        _held = [];
        Over();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Retry();
        account.Drop(_held.AsSpan(0, _heldLength));
        (_held, _heldLength) = ([], 0);
        _file.Dispose();
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        if (_heldLength > 0)
        {
            Hold(bytes);
            return;
        }

        if (_hasDropped && !Mend(ref bytes))
        {
            return;
        }

        var written = _file.Write(bytes);
        if (written == bytes.Length)
        {
            Over();
            return;
        }

        account.Fail();
        Began();
        if (_file.Settings.Spec.OnFull == OnFull.Block)
        {
            Hold(bytes[written..]);
        }
        else
        {
            Drop(bytes[written..]);
        }
    }

    private void Drop(ReadOnlySpan<byte> bytes)
    {
        account.Drop(bytes);
        _hasDropped = true;
        _dropsLine = bytes[^1] != '\n';
        // Half an object is no use to anybody.
        account.Drop(_file.Settings.Spec.Format == LogFormat.Json ? _file.CutLine() : 0, 0);
    }

    // After a drop the file goes on at the start of a line: the rest of a line that has lost its start is dropped too.
    private bool Mend(ref ReadOnlySpan<byte> bytes)
    {
        if (_dropsLine)
        {
            var end = bytes.IndexOf((byte)'\n');
            account.Drop(end < 0 ? bytes : bytes[..(end + 1)]);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            _dropsLine = end < 0;
        }

        if (bytes.IsEmpty)
        {
            return false;
        }

        if (_file.IsMidLine && _file.Write("\n"u8) == 0)
        {
            account.Fail();
            Drop(bytes);
            return false;
        }

        _hasDropped = false;
        return true;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_heldLength + bytes.Length > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldLength + bytes.Length, _held.Length * 2));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += bytes.Length;
    }

    private void Began()
    {
        if (_inTrouble)
        {
            return;
        }

        _inTrouble = true;
        _droppedBefore = account.Dropped;
        var error = _file.Error!;
        var next = _file.Settings.Spec.OnFull == OnFull.Block ? "the job waits, and it is tried again" : "its output is dropped until it works again";
        account.Trouble(error, $"log of {account.Name}: {error}; {next}");
    }

    private void Over()
    {
        if (!_inTrouble)
        {
            return;
        }

        _inTrouble = false;
        var lost = account.Dropped - _droppedBefore;
        account.Trouble(null, $"log of {account.Name}: {_file.Settings.Path} is written again; {(lost == 0 ? "nothing" : $"{lost} bytes")} lost");
    }
}
