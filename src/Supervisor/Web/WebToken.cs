using System.Security.Cryptography;
using System.Text;

namespace Supervisor.Web;

/// <summary>The secret that a client of the dashboard has to show, as <c>Authorization: Bearer TOKEN</c>.</summary>
internal sealed class WebToken
{
    /// <summary>Shorter ones can be guessed.</summary>
    public const int Shortest = 16;

    /// <summary>Longer ones are no tokens.</summary>
    public const int Longest = 256;

    private const string Scheme = "Bearer ";

    private readonly byte[] _padded = new byte[Longest];
    private readonly int _length;

    /// <summary>A token of printable ASCII without blanks.</summary>
    /// <exception cref="ArgumentException">It is not one; says why, without the token.</exception>
    public WebToken(string text)
    {
        if (text.Length is < Shortest or > Longest)
        {
            throw new ArgumentException($"has {text.Length} characters, and {Shortest} to {Longest} are needed");
        }

        if (!text.All(c => c is > ' ' and < (char)0x7f))
        {
            throw new ArgumentException("has other characters than printable ASCII, or blanks");
        }

        _length = Encoding.ASCII.GetBytes(text, _padded);
    }

    /// <summary>Whether a header shows it. How long that takes does not depend on where, or in what length, a wrong one differs.</summary>
    public bool IsIn(string? header)
    {
        var shown = header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is true ? header.AsSpan(Scheme.Length).Trim() : [];
        // Always the whole buffer: a token that is too long fails on its length alone, after the same work.
        Span<byte> padded = stackalloc byte[Longest];
        padded.Clear();
        var fits = Encoding.UTF8.TryGetBytes(shown[..Math.Min(shown.Length, Longest)], padded, out var length);
        return CryptographicOperations.FixedTimeEquals(padded, _padded) & fits & length == _length & shown.Length == _length;
    }
}
