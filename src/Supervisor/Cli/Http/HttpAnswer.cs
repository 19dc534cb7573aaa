using System.Globalization;
using System.Text;

namespace Supervisor.Cli.Http;

/// <summary>The answer to a request (RFC 9112): its status, and its body as a stream, whichever way its length is told.</summary>
internal sealed class HttpAnswer : Stream
{
    private const int LongestHead = 64 * 1024;
    private const int LargestStart = 1024 * 1024;

    private readonly ControlConnection _connection;
    private readonly CancellationToken _cancellation;
    private byte[] _buffer = new byte[16 * 1024];
    private int _from;
    private int _to;
    private bool _chunked;
    private bool _ended;
    private bool _lineEndIsDue;

    // Bytes left of the body, or of the chunk; -1: to the end of the connection.
    private long _left = -1;

    private HttpAnswer(ControlConnection connection, CancellationToken cancellation) => (_connection, _cancellation) = (connection, cancellation);

    /// <summary>The status code.</summary>
    public int Status { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads the head of the answer; the connection belongs to it from now on.</summary>
    /// <exception cref="ConnectionBrokenException">There is none.</exception>
    public static HttpAnswer Read(ControlConnection connection, CancellationToken cancellation)
    {
        var answer = new HttpAnswer(connection, cancellation);
        answer.ReadHead();
        return answer;
    }

    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> ReadAll()
    {
        // Of thousands of jobs it is large: read in place, without a copy of the whole.
        var (all, length) = (new byte[_left > 0 ? Math.Min(_left, LargestStart) : 32 * 1024], 0);
        for (int read; (read = Read(all.AsSpan(length))) > 0;)
        {
            length += read;
            if (length == all.Length)
            {
                Array.Resize(ref all, all.Length * 2);
            }
        }

        return all.AsMemory(0, length);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_chunked && _left == 0 && !_ended)
        {
            NextChunk();
        }

        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        if (_from == _to && !Fill())
        {
            return _left < 0 ? 0 : throw Broken("its answer is not whole");
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, _to - _from), _left < 0 ? int.MaxValue : _left);
        _buffer.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        _left -= _left < 0 ? 0 : count;
        _lineEndIsDue = _chunked && _left == 0;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Done at once when something has come; else somebody of the pool waits.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        WouldNotWait() ? new(Read(buffer.Span)) : new(Task.Run(() => Read(buffer.Span), CancellationToken.None));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReadHead()
    {
        var status = Line().Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            throw Broken("what it answers is not HTTP");
        }

        Status = code;
        while (Line() is { Length: > 0 } header)
        {
            var at = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (header, "") : (header[..at], header[(at + 1)..].Trim());
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                _left = length;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) && value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            {
                (_chunked, _left) = (true, 0);
            }
        }

        if (code is 204 or 304)
        {
            _left = 0;
        }
        else if (code is >= 100 and < 200)
        {
            ReadHead();
        }
    }

    // The line end after a chunk has come with it, and tells nothing of the next one.
    private bool WouldNotWait()
    {
        if (_lineEndIsDue && _to - _from >= 2)
        {
            (_from, _lineEndIsDue) = (_from + 2, false);
        }

        return _left == 0 && !_chunked || _ended || _from < _to || _connection.HasMore;
    }

    // The line end after a chunk, then the size of the next in hexadecimal; the last one is empty.
    private void NextChunk()
    {
        if (_lineEndIsDue)
        {
            _lineEndIsDue = false;
            _ = Line();
        }

        var line = Line();
        if (!long.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
        {
            throw Broken("its answer has a chunk without a size");
        }

        _ended = _left == 0;
    }

    private string Line()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_from, _to - _from).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _from, length).TrimEnd('\r');
                _from += length + 1;
                return line;
            }

            if (_to - _from > LongestHead || !Fill())
            {
                throw Broken("it said nothing, or not all of it");
            }
        }
    }

    // False at the end of the connection.
    private bool Fill()
    {
        if (_from == _to)
        {
            (_from, _to) = (0, 0);
        }
        else if (_to == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read;
        try
        {
            read = _connection.Receive(_buffer.AsSpan(_to));
        }
        catch (Exception failed) when (failed is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            _cancellation.ThrowIfCancellationRequested();
            throw Broken(failed.Message);
        }

        _cancellation.ThrowIfCancellationRequested();
        _to += read;
        return read > 0;
    }

    private static ConnectionBrokenException Broken(string how) => new(how);
}
