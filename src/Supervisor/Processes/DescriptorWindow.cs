using System.Runtime.InteropServices;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>
/// A few low descriptor numbers that are ours for good. What a child needs is put there before it is made, so that the child can do with a copy of
/// the table's beginning: a supervisor of a thousand jobs has some thousand descriptors, and a child that took them all along would close them all
/// again at execve, one by one. Between starts each place holds /dev/null. Spawn thread only.
/// </summary>
internal sealed class DescriptorWindow : IDisposable
{
    private const int Places = 16;

    // Above what a program inherits at 3, 4, ...: those numbers are overwritten while some of the window is still needed.
    private const int Lowest = 32;

    private readonly int _null;
    private readonly int[] _places = new int[Places];
    private readonly int[] _sources = new int[Places];
    private int _used;

    /// <summary>Takes its numbers.</summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE: there are none left.</exception>
    public DescriptorWindow()
    {
        var low = Checked("open of /dev/null", fcntl_h.open("/dev/null", fcntl_h.O_RDWR | fcntl_h.O_CLOEXEC, 0));
        _null = Checked("fcntl", fcntl_h.fcntl(low, fcntl_h.F_DUPFD_CLOEXEC, Lowest));
        _ = unistd_h.close(low);
        for (var i = 0; i < Places; i++)
        {
            _places[i] = Checked("fcntl", fcntl_h.fcntl(_null, fcntl_h.F_DUPFD_CLOEXEC, Lowest));
        }
    }

    /// <summary>/dev/null, to read and to write; always in the window.</summary>
    public int Null => _null;

    /// <summary>The first number above it.</summary>
    public int End => _places[^1] + 1;

    /// <summary>Whether a start fits: its descriptors into the places, and what its program inherits below them.</summary>
    public static bool Fits(int descriptors, int end) => descriptors <= Places && end <= Lowest;

    /// <summary>Puts a copy of <paramref name="descriptor"/> into a place and says its number, the same one for the same descriptor; -1 and errno: it is not open.</summary>
    public int Bring(int descriptor, out int errno)
    {
        errno = 0;
        if (descriptor == _null)
            return _null;
        for (var i = 0; i < _used; i++)
        {
            if (_sources[i] == descriptor)
            {
                return _places[i];
            }
        }

        if (unistd_h.dup3(descriptor, _places[_used], fcntl_h.O_CLOEXEC) < 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return -1;
        }

        _sources[_used] = descriptor;
        return _places[_used++];
    }

    /// <summary>The start is over: nothing of it is held any longer.</summary>
    public void Clear()
    {
        for (; _used > 0; _used--)
        {
            Checked("dup3", unistd_h.dup3(_null, _places[_used - 1], fcntl_h.O_CLOEXEC));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = unistd_h.close(_null);
        Array.ForEach(_places, place => _ = unistd_h.close(place));
    }

    private static int Checked(string call, int result) => result >= 0 ? result : throw new ErrnoException(call, Marshal.GetLastPInvokeError());
}
