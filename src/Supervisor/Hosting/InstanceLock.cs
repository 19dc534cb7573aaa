using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Hosting;

/// <summary>
/// One supervisor per runtime directory and per state directory: locks of flock(2) on files that hold our pid. Both, since the same user may start one with XDG_RUNTIME_DIR and one
/// without: these would take each other's jobs for leftovers of a crash. The kernel drops a lock with its last descriptor, however we end, so nothing stale is left. The files
/// themselves stay: removing one would let two hold "the" lock.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const ushort FileMode = 0x1a4; // 0644
    private const string HolderName = "lock/instance";
    private const string StateHolderName = "lock/state";

    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle? _state;

    private InstanceLock(SafeFileHandle file, SafeFileHandle? state) => (_file, _state) = (file, state);

    /// <summary>What people have to be told; null: nothing.</summary>
    public string? Warning { get; private init; }

    /// <summary>Takes the locks and writes our pid into them.</summary>
    /// <exception cref="StartupException">Another supervisor has one, or the file in the runtime directory cannot be opened.</exception>
    /// <param name="spec">Where.</param>
    /// <param name="holder">Keeps them for the image after this one, and has them from the one before.</param>
    /// <param name="goesOn">
    /// Whether jobs of the image before this one run. It may be of a version that knew no lock of the state directory; when another one has that, it is a warning then: our end would be theirs.
    /// </param>
    public static InstanceLock Take(DaemonSpec spec, IDescriptorHolder? holder = null, bool goesOn = false)
    {
        var file = Held(holder, HolderName, () => Lock(spec.RuntimeDirectory, spec))!;
        try
        {
            return new(file, Held(holder, StateHolderName, () => TryLockState(spec, file)));
        }
        catch (AlreadyRunsException taken) when (goesOn)
        {
            return new(file, null) { Warning = $"{taken.Message} (this one goes on because its jobs run; started anew it would be refused)" };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // The lock belongs to the open file: who has that has the lock. Not over a crash: a stored copy would be a lock without a supervisor.
    private static SafeFileHandle? Held(IDescriptorHolder? holder, string name, Func<SafeFileHandle?> take)
    {
        var file = holder?.Take(name) is { } left ? new SafeFileHandle(left, ownsHandle: true) : take();
        if (file is not null)
        {
            holder?.Hold(name, (int)file.DangerousGetHandle(), overCrash: false);
        }

        return file;
    }

    // A state directory that takes no file takes no journal and no record either: nothing of it can be shared.
    private static SafeFileHandle? TryLockState(DaemonSpec spec, SafeFileHandle ofRuntime)
    {
        try
        {
            // It may be the same directory by another path (/var/run is a link), and ours already.
            return Lock(spec.StateDirectory, spec, ofRuntime);
        }
        catch (StartupException refused) when (refused is not AlreadyRunsException)
        {
            return null;
        }
    }

    // Null: it is ours already.
    private static SafeFileHandle? Lock(string directory, DaemonSpec spec, SafeFileHandle? ours = null)
    {
        var path = Path.Combine(directory, "supervisor.lock");
        var file = Open(path);
        if (ours is not null && IsSame(file, ours))
        {
            file.Dispose();
            return null;
        }

        if (FileLock.flock((int)file.DangerousGetHandle(), FileLock.LOCK_EX | FileLock.LOCK_NB) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            var owner = ReadPid(file);
            file.Dispose();
            throw errno == Errno.EAGAIN ? new AlreadyRunsException($"another supervisor ({owner}) already uses {directory}; "
                    + (directory == spec.RuntimeDirectory ? $"`supervisor -s {spec.ControlSocket} status` talks to it" : "`supervisor status` finds it if it is this user's")
                    + "; to run a second one give it its own `supervisor.directory`")
                : new StartupException($"cannot lock {path}: {Errno.Text(errno)}");
        }

        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
        }
        catch (IOException)
        {
            // A full disk: the lock holds all the same, and who meets it reads "pid unknown".
        }

        return file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _state?.Dispose();
    }

    private static unsafe bool IsSame(SafeFileHandle one, SafeFileHandle other)
    {
        stat a, b;
        return LibC.fstat((int)one.DangerousGetHandle(), &a) == 0 && LibC.fstat((int)other.DangerousGetHandle(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    }

    // Not by .NET's File: it takes a flock of its own on everything that it opens.
    private static unsafe SafeFileHandle Open(string path)
    {
        int descriptor;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            descriptor = LibC.open(bytes, LibC.O_RDWR | LibC.O_CREAT | LibC.O_CLOEXEC, FileMode);
        }

        return descriptor >= 0
            ? new(descriptor, ownsHandle: true)
            : throw new StartupException(
                $"cannot open the lock file {path}: {Errno.Text(Marshal.GetLastPInvokeError())} (the key 'supervisor.directory' moves it)");
    }

    private static string ReadPid(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = RandomAccess.Read(file, bytes, 0);
        return int.TryParse(Encoding.ASCII.GetString(bytes[..length]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? $"pid {pid}"
            : "pid unknown";
    }
}
