using System.Buffers;
using System.Text;
using System.Text.Json;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// One JSON object a line: time, job, instance, attempt, stream, message. Any byte is escaped as JSON wants it, what is not UTF-8 becomes U+FFFD. A
/// line above <see cref="LongestMessage"/> becomes several objects, all but the last with <c>"partial":true</c>.
/// </summary>
internal sealed class JsonLines(LogScratch scratch, InstanceName name, LogStream stream) : LineFormat
{
    /// <summary>The most bytes of a line in one object.</summary>
    public const int LongestMessage = 64 * 1024;

    private const int LongestEscape = 6;

    // Everything that is not copied as it is: controls, quotes, backslash, and what must be looked at as UTF-8.
    private static readonly SearchValues<byte> _special = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(b => b is < 0x20 or '"' or '\\' or 0x7f or >= 0x80).Select(b => (byte)b)]);

    private readonly byte[] _cut = new byte[4];
    private byte[] _head = Head(name, stream, LogRun.None);
    private int _cutLength;
    private int _length;
    private bool _isOpen;
    private bool _isContinued;

    private static ReadOnlySpan<byte> TimeKey => "{\"time\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}\n"u8;

    private static ReadOnlySpan<byte> PartialEnd => "\",\"partial\":true}\n"u8;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    private int Overhead => TimeKey.Length + TimestampFormat.Length + _head.Length + PartialEnd.Length + (2 * LongestEscape);

    /// <inheritdoc/>
    public override void BeginRun(LogRun run) => _head = Head(name, stream, run);

    /// <inheritdoc/>
    public override SinkState AddTo(SinkState state) => state with { IsOpen = _isOpen, IsContinued = _isContinued, InObject = _length, Cut = _cut[.._cutLength] };

    /// <inheritdoc/>
    public override void GoOn(SinkState state)
    {
        (_isOpen, _isContinued, _length, _cutLength) = (state.IsOpen, state.IsContinued, state.InObject, Math.Min(state.Cut.Length, _cut.Length));
        state.Cut.AsSpan(0, _cutLength).CopyTo(_cut);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Next(ReadOnlySpan<byte> chunk, long at, out int taken)
    {
        var buffer = scratch.Buffer;
        var used = 0;
        taken = 0;
        while (taken < chunk.Length && buffer.Length - used > Overhead)
        {
            var rest = chunk[taken..];
            if (rest[0] == '\n')
            {
                EndLine(at, buffer, ref used);
                taken++;
                continue;
            }

            if (_length >= LongestMessage && _cutLength == 0)
            {
                Put(PartialEnd, buffer, ref used);
                (_isOpen, _isContinued, _length) = (false, true, 0);
            }

            OpenObject(at, buffer, ref used);
            var count = _cutLength > 0 ? GoOn(rest, buffer, ref used) : Text(rest, buffer[..^Overhead], ref used);
            taken += count;
            _length += count;
        }

        return buffer[..used];
    }

    private static byte[] Head(InstanceName name, LogStream stream, LogRun run) => Encoding.UTF8.GetBytes(
        $"\",\"job\":\"{JsonEncodedText.Encode(name.Job)}\",\"instance\":{name.Index},\"attempt\":{run.Attempt},"
        + $"\"stream\":\"{(stream == LogStream.Stdout ? "stdout" : "stderr")}\",\"message\":\"");

    private void EndLine(long at, Span<byte> buffer, ref int used)
    {
        // A line that was cut where it ended is over already: but its last object said that it goes on.
        if (!_isOpen || _isContinued)
        {
            OpenObject(at, buffer, ref used);
        }

        if (_cutLength > 0)
        {
            Put(Replacement, buffer, ref used);
        }

        Put(End, buffer, ref used);
        (_isOpen, _isContinued, _length, _cutLength) = (false, false, 0, 0);
    }

    private void OpenObject(long at, Span<byte> buffer, ref int used)
    {
        if (!_isOpen)
        {
            Put(TimeKey, buffer, ref used);
            Put(scratch.Stamps.Of(at)[..(TimestampFormat.Length - 1)], buffer, ref used);
            Put(_head, buffer, ref used);
            _isOpen = true;
        }
    }

    // As much as fits, up to the end of the line or of the object.
    private int Text(ReadOnlySpan<byte> text, Span<byte> buffer, ref int used)
    {
        var done = 0;
        text = text[..Math.Min(text.Length, Math.Max(1, LongestMessage - _length))];
        while (done < text.Length && used < buffer.Length)
        {
            var rest = text.Slice(done, Math.Min(text.Length - done, buffer.Length - used));
            var special = rest.IndexOfAny(_special);
            var plain = special < 0 ? rest.Length : special;
            Put(rest[..plain], buffer, ref used);
            done += plain;
            if (special < 0)
            {
                continue;
            }

            if (rest[special] == '\n')
            {
                break;
            }

            // Beyond the object's limit, if need be: a character is not cut for it.
            done += rest[special] < 0x80 ? Escape(rest[special], scratch.Buffer, ref used) : Character(text[done..], scratch.Buffer, ref used);
        }

        return done;
    }

    private static int Escape(byte control, Span<byte> buffer, ref int used)
    {
        var letter = control switch
        {
            (byte)'"' or (byte)'\\' => control,
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            buffer[used++] = (byte)'\\';
            buffer[used++] = letter;
            return 1;
        }

        Put("\\u00"u8, buffer, ref used);
        buffer[used++] = "0123456789abcdef"u8[control >> 4];
        buffer[used++] = "0123456789abcdef"u8[control & 15];
        return 1;
    }

    // One character beyond ASCII; its start, if the rest has not come yet, is kept.
    private int Character(ReadOnlySpan<byte> text, Span<byte> buffer, ref int used)
    {
        switch (Rune.DecodeFromUtf8(text, out _, out var count))
        {
            case OperationStatus.Done:
                Put(text[..count], buffer, ref used);
                return count;
            case OperationStatus.NeedMoreData:
                text.CopyTo(_cut);
                _cutLength = text.Length;
                return text.Length;
            default:
                Put(Replacement, buffer, ref used);
                return count;
        }
    }

    // A character whose start came before: its rest, or what shows that it has none.
    private int GoOn(ReadOnlySpan<byte> rest, Span<byte> buffer, ref int used)
    {
        var before = _cutLength;
        for (var more = 0; ; more++)
        {
            if (Rune.DecodeFromUtf8(_cut.AsSpan(0, _cutLength), out _, out var count) is not OperationStatus.NeedMoreData and var status)
            {
                Put(status == OperationStatus.Done ? _cut.AsSpan(0, count) : Replacement, buffer, ref used);
                _cutLength = 0;
                // The byte that does not belong to it is looked at again.
                return Math.Max(0, count - before);
            }

            if (more == rest.Length)
            {
                return more;
            }

            _cut[_cutLength++] = rest[more];
        }
    }

    private static void Put(ReadOnlySpan<byte> bytes, Span<byte> buffer, ref int used)
    {
        bytes.CopyTo(buffer[used..]);
        used += bytes.Length;
    }
}
