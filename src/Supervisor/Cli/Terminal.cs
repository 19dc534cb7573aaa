using System.Text;
using Tmds.Linux;

namespace Supervisor.Cli;

/// <summary>
/// Where a command writes: data to standard output, words for people to standard error. A reader that has gone (<c>| head</c>) ends
/// the command quietly.
/// </summary>
internal sealed class Terminal
{
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly bool _quiet;

    /// <summary>Writes to <paramref name="output"/> and <paramref name="error"/>.</summary>
    public Terminal(TextWriter output, TextWriter error, bool colours, bool quiet) => (_out, _error, Colours, _quiet) = (output, error, colours, quiet);

    /// <summary>Whether standard output is a terminal, which must not be given what a job wrote as it is.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether somebody looks at standard error while something takes long.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Whether standard output may have colours.</summary>
    public bool Colours { get; }

    /// <summary>The standard descriptors. Not <c>Console.Out</c>: it takes SIGCHLD on a terminal, and swallows a broken pipe.</summary>
    public static Terminal Standard(bool noColor, bool quiet)
    {
        var isTerminal = LibC.isatty(1) == 1;
        var isCapable = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var colours = isTerminal && isCapable && !noColor && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new(
            new StreamWriter(new DescriptorStream(1), new UTF8Encoding(false), 16 * 1024),
            new StreamWriter(new DescriptorStream(2), new UTF8Encoding(false)) { AutoFlush = true },
            colours,
            quiet)
        { IsTerminal = isTerminal, ShowsProgress = isCapable && !quiet && LibC.isatty(2) == 1 };
    }

    /// <summary>Data as it is, without a newline.</summary>
    public void Write(string text) => _out.Write(text);

    /// <summary>A line of data.</summary>
    public void Line(string text) => _out.WriteLine(text);

    /// <summary>A line about what was done: nothing with -q.</summary>
    public void Told(string text)
    {
        if (!_quiet)
        {
            _out.WriteLine(text);
        }
    }

    /// <summary>A remark for people, on standard error after what was written before: nothing with -q.</summary>
    public void Note(string text)
    {
        if (!_quiet)
        {
            _out.Flush();
            _error.WriteLine(text);
        }
    }

    /// <summary>A line for people, on standard error.</summary>
    public void Error(string text) => _error.WriteLine(text);

    /// <summary>Shows how far something is, in the place of what was shown before; nothing at its end.</summary>
    // Without line wrap (DECAWM off, then on): a long text must not leave lines behind.
    public void Progress(string text) => _error.Write(text.Length == 0 ? "\r\e[K" : $"\r\e[K\e[?7l{text}\e[?7h");

    /// <summary>A line that is not text: its bytes as they are, after what was written before.</summary>
    public void Line(string prefix, ReadOnlySpan<byte> bytes)
    {
        _out.Write(prefix);
        _out.Flush();
        if (_out is StreamWriter { BaseStream: var stream })
        {
            stream.Write(bytes);
        }
        else
        {
            _out.Write(Encoding.UTF8.GetString(bytes));
        }

        _out.Write('\n');
    }

    /// <summary>Sends what was written.</summary>
    public void Flush() => _out.Flush();
}
