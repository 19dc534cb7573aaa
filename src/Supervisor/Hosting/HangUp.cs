namespace Supervisor.Hosting;

/// <summary>
/// The end of our terminal, and which SIGHUP belongs to it: one that comes with it or shortly after (from the kernel, or from a shell that passes it on), or just before it
/// (from a shell that ends by itself: zsh, bash with huponexit). Whoever lives on without that (<c>disown</c>, a background job of a shell that passes nothing on) may be sent SIGHUP for a reload later.
/// </summary>
internal sealed class HangUp(TimeProvider time)
{
    /// <summary>How long after the end of the terminal a SIGHUP is the shell's; a shell sends it while it ends itself.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>How long before the end of the terminal a SIGHUP is the shell's.</summary>
    public static readonly TimeSpan Foretold = TimeSpan.FromSeconds(2);

    private readonly Lock _one = new();
    private long? _seen;
    private long? _unexplained;

    /// <summary>The terminal has been closed: whether the last SIGHUP, which looked like one for a reload, was its.</summary>
    public bool Seen()
    {
        lock (_one)
        {
            _seen ??= time.GetTimestamp();
            return _unexplained is { } before && time.GetElapsedTime(before) < Foretold;
        }
    }

    /// <summary>Whether a SIGHUP that comes now is explained by that.</summary>
    /// <param name="isClosed">Whether the terminal is closed now: the signal may be faster than the news.</param>
    public bool Explains(bool isClosed)
    {
        lock (_one)
        {
            if (isClosed)
            {
                _seen ??= time.GetTimestamp();
            }

            if (_seen is { } seen && time.GetElapsedTime(seen) < Window)
            {
                return true;
            }

            _unexplained = time.GetTimestamp();
            return false;
        }
    }
}
