using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Writes one pipe into a rotated file; holds (on_full: block) or drops what the disk refuses, and says so once.</summary>
internal sealed class FileSink(FileSettings settings, LogAccount account, LogScratch scratch) : LogSink
{
    /// <summary>The most that is held while the disk refuses; reading stops long before (<see cref="CanHold"/>).</summary>
    public const int LargestHold = 4 * 1024 * 1024;

    private const int HeldAtDrain = 1024 * 1024;

    private readonly RotatingFile _file = new(settings);
    private byte[] _held = [];
    private int _heldLength;
    private bool _inTrouble;
    private bool _tornByDrop;
    private bool _lineStart = true;
    private long _droppedBefore;

    /// <summary>Whether something is held that <see cref="Retry"/> should try again.</summary>
    public bool NeedsRetry => _heldLength > 0;

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

    /// <summary>Tries to write what is held.</summary>
    public void Retry()
    {
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
        if (_heldLength > 0)
        {
            Retry();
            account.Drop(_heldLength);
        }

        _file.Dispose();
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        if (_heldLength > 0)
        {
            Hold(bytes);
            return;
        }

        if (_tornByDrop && !Mend(ref bytes))
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
            account.Drop(bytes.Length - written);
            _tornByDrop = true;
        }
    }

    // After a drop the file goes on at the start of a line.
    private bool Mend(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        account.Drop(end < 0 ? bytes.Length : end + 1);
        if (end < 0)
        {
            return false;
        }

        bytes = bytes[(end + 1)..];
        _tornByDrop = false;
        if (_file.IsMidLine && _file.Write("\n"u8) == 0)
        {
            account.Fail();
            account.Drop(bytes.Length);
            _tornByDrop = true;
            return false;
        }

        return true;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, LargestHold - _heldLength);
        if (_heldLength + kept > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldLength + kept, _held.Length * 2));
        }

        bytes[..kept].CopyTo(_held.AsSpan(_heldLength));
        _heldLength += kept;
        account.Drop(bytes.Length - kept);
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
