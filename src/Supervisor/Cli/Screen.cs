using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Cli;

/// <summary>
/// A terminal taken over for a live picture: the alternate screen, no cursor, keys one by one without echo. Given back by <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe class Screen : IDisposable
{
    private readonly Terminal _terminal;
    private readonly termios_h.termios _before;
    private readonly bool _hasKeys;

    /// <summary>Takes it over.</summary>
    public Screen(Terminal terminal)
    {
        _terminal = terminal;
        termios_h.termios settings;
        _hasKeys = termios_h.tcgetattr(0, &settings) == 0;
        if (_hasKeys)
        {
            _before = settings;
            // Ctrl-C comes as a key: a signal would end us with the screen still taken.
            settings.c_lflag &= ~(termios_h.ICANON | termios_h.ECHO | termios_h.ISIG);
            _ = termios_h.tcsetattr(0, termios_h.TCSANOW, &settings);
        }

        _terminal.Write("\e[?1049h\e[?25l");
        _terminal.Flush();
    }

    /// <summary>Whether there is a keyboard to end it with.</summary>
    public static bool HasKeyboard => LibC.isatty(0) == 1;

    /// <summary>Columns and rows.</summary>
    public static (int Columns, int Rows) Size()
    {
        sys_ioctl.winsize size;
        return sys_ioctl.ioctl(1, sys_ioctl.TIOCGWINSZ, (int*)&size) == 0 && size.ws_col > 0 ? (size.ws_col, size.ws_row) : (80, 24);
    }

    /// <summary>Shows a picture in place of the one before: one write, so that nothing flickers.</summary>
    public void Show(IEnumerable<string> lines)
    {
        var (columns, rows) = Size();
        _terminal.Write("\e[H" + string.Concat(lines.Take(rows - 1).Select(line => Cut(line, columns) + "\e[0m\e[K\r\n")) + "\e[J");
        _terminal.Flush();
    }

    /// <summary>Waits for a key at most so long; null: none came.</summary>
    public char? Key(TimeSpan patience)
    {
        var fd = new pollfd { fd = _hasKeys ? 0 : -1, events = LibC.POLLIN };
        byte key;
        return LibC.poll(&fd, 1, (int)patience.TotalMilliseconds) > 0 && LibC.read(0, &key, 1) == 1 ? (char)key : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _terminal.Write("\e[?25h\e[?1049l");
        _terminal.Flush();
        if (_hasKeys)
        {
            var before = _before;
            _ = termios_h.tcsetattr(0, termios_h.TCSANOW, &before);
        }
    }

    // Colour codes take no column; a line is cut by columns, never inside a code.
    private static string Cut(string line, int columns)
    {
        var (column, at) = (0, 0);
        while (at < line.Length && column < columns)
        {
            if (line[at] == '\e')
            {
                at = line.IndexOf('m', at) + 1;
            }
            else
            {
                at++;
                column++;
            }
        }

        return line[..at];
    }
}
