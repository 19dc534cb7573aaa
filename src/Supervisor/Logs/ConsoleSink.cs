using System.Text;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Puts whole lines of one pipe on the console, each after the name of its job.</summary>
/// <param name="output">The console.</param>
/// <param name="spec">What is configured.</param>
/// <param name="account">Counters.</param>
/// <param name="json">With <c>format: json</c>, puts lines into objects in place of the name.</param>
internal sealed class ConsoleSink(ConsoleOutput output, LogSpec spec, LogAccount account, JsonLines json) : LogSink
{
    /// <summary>A longer line is cut into pieces of this length.</summary>
    public const int LongestLine = 64 * 1024;

    private const int Palette = 6;

    private readonly TimestampFormat _format = new();
    private byte[] _prefix = [];
    private int _prefixWidth = -1;
    private byte[] _partial = [];
    private int _partialLength;
    private long _partialAt;
    private bool _saidClosed;
    private bool _lineIsCut;

    /// <summary>A changed configuration.</summary>
    public LogSpec Spec { get; set; } = spec;

    /// <inheritdoc/>
    public override SinkState State => new() { Held = _partial[.._partialLength], HeldSince = _partialAt, DropsLine = _lineIsCut };

    /// <inheritdoc/>
    public override void GoOn(SinkState state) =>
        (_partial, _partialLength, _partialAt, _lineIsCut) = (state.Held, state.Held.Length, state.HeldSince, state.DropsLine);

    /// <inheritdoc/>
    public override void BeginRun(LogRun run) => json.BeginRun(run);

    /// <inheritdoc/>
    public override bool Accepts => !output.IsFull || Spec.OnFull == OnFull.Drop || output.Errno != 0;

    /// <inheritdoc/>
    public override bool CanHold => !output.IsFullForDrains || Spec.OnFull == OnFull.Drop;

    // With a prefix and a stamp, empty lines become many times as long: so few are read that the limit of the output holds.
    /// <inheritdoc/>
    public override int LargestRead => 8 * 1024;

    /// <inheritdoc/>
    public override void Retry() => output.Flush();

    /// <inheritdoc/>
    public override string? Error => output.Errno != 0 ? $"write to standard output: {Linux.Errno.Text(output.Errno)}"
        : output.IsStalled ? "standard output is not read" : null;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> chunk, long at)
    {
        if (output.Errno != 0)
        {
            account.Drop(chunk);
            account.Drop(output.TakeLost(all: false), 0);
            SayClosed();
            return;
        }

        if (output.IsFull && Spec.OnFull == OnFull.Drop)
        {
            DropAll(chunk);
            return;
        }

        if (_lineIsCut)
        {
            var rest = chunk.IndexOf((byte)'\n');
            account.Drop(rest < 0 ? chunk : chunk[..(rest + 1)]);
            chunk = rest < 0 ? [] : chunk[(rest + 1)..];
            _lineIsCut = rest < 0;
        }

        while (!chunk.IsEmpty)
        {
            var room = LongestLine - _partialLength;
            var end = chunk[..Math.Min(room, chunk.Length)].IndexOf((byte)'\n');
            if (end < 0 && chunk.Length < room)
            {
                Carry(chunk, at);
                return;
            }

            var length = end < 0 ? room : end;
            Line(chunk[..length], at);
            chunk = chunk[(end < 0 ? length : end + 1)..];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_partialLength > 0)
        {
            Line([], _partialAt);
        }
    }

    // The start of an unfinished line is dropped with what is dropped now, and so is its rest.
    private void DropAll(ReadOnlySpan<byte> chunk)
    {
        account.Drop(_partialLength, 0);
        account.Drop(chunk);
        _partialLength = 0;
        _lineIsCut = chunk[^1] != '\n';
    }

    private void Line(ReadOnlySpan<byte> rest, long at)
    {
        if (output.IsAtLimit)
        {
            account.Drop(_partialLength + rest.Length + 1, 1);
            _partialLength = 0;
            return;
        }

        if (Spec.Format == LogFormat.Json)
        {
            Formatted(_partial.AsSpan(0, _partialLength), at);
            Formatted(rest, at);
            Formatted("\n"u8, at);
            _partialLength = 0;
            return;
        }

        output.Add(Prefix());
        if (Spec.Timestamp)
        {
            output.Add(_format.Of(_partialLength > 0 ? _partialAt : at));
        }

        output.Add(_partial.AsSpan(0, _partialLength));
        output.Add(rest);
        output.Add("\n"u8);
        _partialLength = 0;
    }

    private void Formatted(ReadOnlySpan<byte> text, long at)
    {
        while (!text.IsEmpty)
        {
            output.Add(json.Next(text, _partialLength > 0 ? _partialAt : at, out var taken));
            text = text[taken..];
        }
    }

    private void Carry(ReadOnlySpan<byte> part, long at)
    {
        if (_partialLength == 0)
        {
            _partialAt = at;
        }

        if (_partialLength + part.Length > _partial.Length)
        {
            Array.Resize(ref _partial, Math.Max(_partialLength + part.Length, Math.Max(256, _partial.Length * 2)));
        }

        part.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength += part.Length;
    }

    private ReadOnlySpan<byte> Prefix()
    {
        if (_prefixWidth != output.Width)
        {
            _prefixWidth = output.Width;
            var name = account.Name.ToString().PadRight(_prefixWidth);
            _prefix = Encoding.UTF8.GetBytes(output.Colours ? $"\e[3{1 + Colour(account.Name.Job)}m{name} |\e[0m " : $"{name} | ");
        }

        return _prefix;
    }

    // The same job has the same colour in every run of the supervisor.
    private static int Colour(string job) => job.Aggregate(0, (sum, c) => (sum + c) % Palette);

    private void SayClosed()
    {
        if (output.Errno != 0 && !_saidClosed)
        {
            _saidClosed = true;
            account.Fail();
            var error = $"write to standard output: {Linux.Errno.Text(output.Errno)}";
            account.Trouble(error, $"log of {account.Name}: {error}; its output is dropped from now on");
        }
    }
}
