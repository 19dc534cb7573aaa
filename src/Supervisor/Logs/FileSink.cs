using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Writes one pipe into a rotated file; holds (on_full: block) or drops what the disk refuses, and says so once.</summary>
internal sealed class FileSink(FileSettings settings, FileGenerations generations, LogAccount account, LogScratch scratch) : LogSink
{
    /// <summary>
    /// Drains stop handing over at this much; what they leave waits in the pipe. One piece can exceed it (by 256 KiB, and with time stamps by
    /// 64 KiB of empty lines that get 25 bytes each): the bound of what is held is 3 MiB.
    /// </summary>
    private const int HeldAtDrain = 1024 * 1024;

    private readonly RotatingFile _file = new(settings, generations);
    private byte[] _held = [];
    private int _heldLength;
    private bool _inTrouble;
    private bool _hasDropped;
    private bool _dropsLine;
    private bool _lineStart = true;
    private long _droppedBefore;

    /// <summary>Where what comes next will be: after what is held.</summary>
    public FilePosition Position => _file.Position(_heldLength);

    /// <inheritdoc/>
    public override bool Accepts => _heldLength == 0;

    /// <inheritdoc/>
    public override bool CanHold => _heldLength < HeldAtDrain;

    /// <inheritdoc/>
    public override int LargestRead => _file.Settings.Spec.Timestamp ? 64 * 1024 : int.MaxValue;

    /// <inheritdoc/>
    public override FilePosition Written => _file.Written;

    /// <summary>A changed configuration.</summary>
    public void Reconfigure(LogSpec spec) => _file.Settings = _file.Settings with { Spec = spec };

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> chunk, long at)
    {
        if (!_file.Settings.Spec.Timestamp)
        {
            Emit(chunk);
            _lineStart = chunk.IsEmpty ? _lineStart : chunk[^1] == '\n';
            return;
        }

        while (!chunk.IsEmpty)
        {
            var stamped = scratch.Stamp(chunk, at, ref _lineStart, out var taken);
            Emit(stamped);
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
        account.Drop(_heldLength);
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
        account.Drop(bytes.Length);
        _hasDropped = true;
        _dropsLine = bytes[^1] != '\n';
    }

    // After a drop the file goes on at the start of a line: the rest of a line that has lost its start is dropped too.
    private bool Mend(ref ReadOnlySpan<byte> bytes)
    {
        if (_dropsLine)
        {
            var end = bytes.IndexOf((byte)'\n');
            account.Drop(end < 0 ? bytes.Length : end + 1);
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
