using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Supervisor.Readiness;

/// <summary>Takes the head of an HTTP/1.x answer apart as it arrives. Whatever the other side sends: bounded in memory and in work.</summary>
internal sealed class HttpHead
{
    /// <summary>The most that is read of heads, interim ones (1xx) included.</summary>
    public const int Longest = 32 * 1024;

    private static readonly byte[] _chunkEnd = "0\r\n\r\n"u8.ToArray();

    private readonly List<byte> _bytes = [];
    private readonly byte[] _tail = new byte[5];
    private int _seen;
    private int _total;
    private bool _isChunked;

    /// <summary>Whether there is nothing more to wait for: a status or a problem.</summary>
    public bool IsOver => Status is not null || Problem is not null;

    /// <summary>Whether nothing has come.</summary>
    public bool IsEmpty => _total == 0;

    /// <summary>The final status.</summary>
    public int? Status { get; private set; }

    /// <summary>Why it is no answer, in words.</summary>
    public string? Problem { get; private set; }

    /// <summary>Length of the body; null: not said.</summary>
    public long? BodyLength { get; private set; }

    /// <summary>Bytes of the body that came with the head.</summary>
    public int BodyRead { get; private set; }

    /// <summary>Whether the body said its own end.</summary>
    public bool IsLastChunk => _isChunked && _tail.AsSpan().SequenceEqual(_chunkEnd);

    /// <summary>More has come.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        _bytes.AddRange(bytes);
        while (!IsOver && EndOfHead() is { } end)
        {
            Read(CollectionsMarshal.AsSpan(_bytes)[..end]);
            _bytes.RemoveRange(0, end);
            _seen = 0;
        }

        if (Status is not null)
        {
            BodyRead = _bytes.Count;
            AddBody(CollectionsMarshal.AsSpan(_bytes));
        }
        else if (Problem is null && !StartsLikeHttp())
        {
            Problem = $"the answer is not HTTP: {Shown(_bytes)}";
        }
        else if (Problem is null && _total > Longest)
        {
            Problem = $"the answer's head is longer than {Longest / 1024} KiB";
        }
    }

    /// <summary>More of the body has come: only its last bytes are looked at.</summary>
    public void AddBody(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes.Length > _tail.Length ? bytes[^_tail.Length..] : bytes)
        {
            _tail.AsSpan(1).CopyTo(_tail);
            _tail[^1] = one;
        }
    }

    private int? EndOfHead()
    {
        var bytes = CollectionsMarshal.AsSpan(_bytes);
        for (var at = Math.Max(_seen - 3, 0); at < bytes.Length; at++)
        {
            if (bytes[at] == '\n' && bytes[(at + 1)..] is [0x0d, 0x0a, ..] or [0x0a, ..])
            {
                return at + (bytes[at + 1] == '\r' ? 3 : 2);
            }
        }

        _seen = bytes.Length;
        return null;
    }

    private void Read(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n', StringSplitOptions.TrimEntries);
        var words = lines[0].Split(' ', 3);
        if (words is not [['H', 'T', 'T', 'P', '/', _, '.', _], { Length: 3 } code, ..]
            || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status < 100)
        {
            Problem = $"the answer is not HTTP: {Shown(Encoding.Latin1.GetBytes(lines[0]))}";
            return;
        }

        if (status < 200)
        {
            return; // an interim answer: the real one follows
        }

        Status = status;
        var hasBody = status is not (204 or 304);
        BodyLength = hasBody ? null : 0;
        foreach (var line in lines.Skip(1))
        {
            if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(line["content-length:".Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                BodyLength ??= length;
            }
            else if (line.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase))
            {
                _isChunked = line.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private bool StartsLikeHttp()
    {
        var expected = "HTTP/"u8;
        for (var i = 0; i < Math.Min(expected.Length, _bytes.Count); i++)
        {
            if (_bytes[i] != expected[i])
            {
                return false;
            }
        }

        return true;
    }

    // A job that answers with control characters must not write on anybody's terminal.
    private static string Shown(IReadOnlyList<byte> bytes) =>
        "'" + string.Concat(bytes.Take(40).Select(one => one is >= 0x20 and < 0x7f ? (char)one : '.')) + (bytes.Count > 40 ? "...'" : "'");
}
