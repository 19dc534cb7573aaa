using System.Numerics;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// Sends each line of one pipe to journald. What journald does not take now is held as the job wrote it (on_full: block, and the pipe is read no
/// more) or dropped. Nothing is copied but lines that came in parts or wait.
/// </summary>
internal sealed class JournalSink(JournalSocket socket, LogStream stream, LogSpec spec, LogAccount account) : LogSink
{
    /// <summary>A longer line becomes several entries of this length; all but the last have SUPERVISOR_LINE_BREAK=line-max.</summary>
    public const int LongestLine = 1024 * 1024;

    private const int HeldAtDrain = 1024 * 1024;
    private const int KeptBuffer = 64 * 1024;
    private const int DefaultPriority = 6;
    private const int LastFlushMilliseconds = 1000;

    private readonly JournalTrouble _trouble = new(account);
    private readonly Queue<(long Until, byte[] Head)> _olderHeads = new();
    private byte[] _head = JournalFields.Head(account.Name, stream, LogRun.None);
    private byte[] _held = [];
    private int _length;
    private long _passed;
    private bool _waits;
    private long _waitsSince;
    private bool _isCut;
    private int _priority = DefaultPriority;
    private bool _dropsLine;

    /// <summary>A changed configuration.</summary>
    public LogSpec Spec { get; set; } = spec;

    /// <inheritdoc/>
    public override bool Accepts => !_waits || Spec.OnFull == OnFull.Drop;

    /// <inheritdoc/>
    public override bool CanHold => !_waits || _length < HeldAtDrain || Spec.OnFull == OnFull.Drop;

    /// <inheritdoc/>
    public override int LargestRead => 32 * 1024;

    /// <inheritdoc/>
    public override bool RetriesByTime => true;

    /// <inheritdoc/>
    public override string? Error => _trouble.Error ?? (_waits ? "journald takes nothing" : null);

    /// <inheritdoc/>
    public override SinkState State => new() { Held = _held[.._length], IsContinued = _isCut, HasDropped = _waits, DropsLine = _dropsLine };

    /// <inheritdoc/>
    public override void GoOn(SinkState state) =>
        (_held, _length, _isCut, _waits, _dropsLine) = (state.Held, state.Held.Length, state.IsContinued, state.HasDropped, state.DropsLine);

    /// <inheritdoc/>
    public override void BeginRun(LogRun run)
    {
        if (_length > 0)
        {
            _olderHeads.Enqueue((_passed + _length, _head));
        }

        _head = JournalFields.Head(account.Name, stream, run);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> chunk, long at)
    {
        if (_dropsLine)
        {
            var end = chunk.IndexOf((byte)'\n');
            var rest = end < 0 ? chunk : chunk[..(end + 1)];
            account.Drop(rest);
            _dropsLine = end < 0;
            chunk = chunk[rest.Length..];
        }

        if (_waits)
        {
            Refused(chunk);
            return;
        }

        while (!chunk.IsEmpty)
        {
            var room = LongestLine - _length;
            var end = chunk[..Math.Min(room, chunk.Length)].IndexOf((byte)'\n');
            if (end < 0 && chunk.Length < room)
            {
                Hold(chunk);
                return;
            }

            if (!Send(_held.AsSpan(0, _length), chunk[..(end < 0 ? room : end)], isCut: end < 0))
            {
                Refused(chunk);
                return;
            }

            _passed += _length + (end < 0 ? room : end + 1);
            _length = 0;
            chunk = chunk[(end < 0 ? room : end + 1)..];
        }

        _trouble.Calm();
        GiveBack();
    }

    /// <inheritdoc/>
    public override void Retry()
    {
        if (!_waits)
        {
            _trouble.Calm();
            return;
        }

        var start = 0;
        _waits = false;
        while (!_waits)
        {
            var waiting = _held.AsSpan(start, _length - start);
            var end = waiting[..Math.Min(LongestLine, waiting.Length)].IndexOf((byte)'\n');
            if (end < 0 && waiting.Length < LongestLine)
            {
                break;
            }

            if (Send([], waiting[..(end < 0 ? LongestLine : end)], isCut: end < 0))
            {
                var taken = end < 0 ? LongestLine : end + 1;
                (start, _passed) = (start + taken, _passed + taken);
            }
            else
            {
                _waits = true;
            }
        }

        _held.AsSpan(start, _length - start).CopyTo(_held);
        _length -= start;
        GiveBack();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        do
        {
            Retry();
        }
        while (_waits && socket.WaitForRoom(LastFlushMilliseconds));

        if (_length > 0 && (_waits || !Send(_held.AsSpan(0, _length), [], isCut: false)))
        {
            account.Drop(_held.AsSpan(0, _length));
        }

        (_held, _length, _waits) = ([], 0, false);
    }

    private bool Send(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest, bool isCut)
    {
        // The rest of a line that was cut where it ended.
        if (_isCut && start.IsEmpty && rest.IsEmpty)
        {
            _isCut = false;
            return true;
        }

        while (_olderHeads.TryPeek(out var older) && older.Until <= _passed)
        {
            _ = _olderHeads.Dequeue();
        }

        var (priority, prefix) = _isCut ? (_priority, 0) : PriorityOf(start, rest);
        var fromStart = Math.Min(prefix, start.Length);
        var sending = socket.Send(
            JournalFields.Priority(priority),
            _olderHeads.TryPeek(out var head) ? head.Head : _head,
            start[fromStart..],
            rest[(prefix - fromStart)..],
            isCut ? "\nSUPERVISOR_LINE_BREAK=line-max\n"u8 : "\n"u8);
        if (sending == JournalSending.Sent)
        {
            (_isCut, _priority, _waitsSince) = (isCut, priority, 0);
            _trouble.Sent();
            return true;
        }

        var now = Environment.TickCount64;
        _waitsSince = _waitsSince == 0 ? now : _waitsSince;
        _trouble.Refused(sending == JournalSending.Away ? socket.Error : null, Spec.OnFull, now - _waitsSince);
        return false;
    }

    // <N> before a line, as sd-daemon(3) has it.
    private static (int Priority, int Prefix) PriorityOf(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        Span<byte> three = stackalloc byte[3];
        var fromStart = Math.Min(3, start.Length);
        start[..fromStart].CopyTo(three);
        if (fromStart + rest.Length < 3)
        {
            return (DefaultPriority, 0);
        }

        rest[..(3 - fromStart)].CopyTo(three[fromStart..]);
        return three[0] == '<' && three[2] == '>' && three[1] is >= (byte)'0' and <= (byte)'7' ? (three[1] - '0', 3) : (DefaultPriority, 0);
    }

    private void Refused(ReadOnlySpan<byte> chunk)
    {
        if (Spec.OnFull == OnFull.Block)
        {
            Hold(chunk);
            _waits = true;
            return;
        }

        account.Drop(_held.AsSpan(0, _length));
        account.Drop(chunk);
        _passed += _length;
        (_length, _waits) = (0, false);
        _dropsLine = !chunk.IsEmpty && chunk[^1] != '\n';
        GiveBack();
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _held.Length)
        {
            Array.Resize(ref _held, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, _length + bytes.Length)));
        }

        bytes.CopyTo(_held.AsSpan(_length));
        _length += bytes.Length;
    }

    private void GiveBack() => _held = _length == 0 && _held.Length > KeptBuffer ? [] : _held;
}
