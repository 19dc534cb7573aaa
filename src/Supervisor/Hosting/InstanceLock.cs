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
/// One supervisor per runtime directory: a lock of flock(2) on a file that holds our pid. The kernel drops the lock with its last descriptor,
/// however we end, so nothing stale is left. The file itself stays: removing it would let two hold "the" lock.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const ushort FileMode = 0x1a4; // 0644
    private const string HolderName = "lock/instance";

    private readonly SafeFileHandle _file;

    private InstanceLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock and writes our pid into it.</summary>
    /// <exception cref="StartupException">Another supervisor has it, or the file cannot be opened.</exception>
    /// <param name="spec">Where.</param>
    /// <param name="holder">Keeps it for the image after this one, and has it from the one before.</param>
    public static InstanceLock Take(DaemonSpec spec, IDescriptorHolder? holder = null)
    {
        // The lock belongs to the open file: who has that has the lock.
        var file = holder?.Take(HolderName) is { } left ? new SafeFileHandle(left, ownsHandle: true) : Lock(spec);
        // Not over a crash: a stored copy would be a lock without a supervisor.
        holder?.Hold(HolderName, (int)file.DangerousGetHandle(), overCrash: false);
        return new(file);
    }

    private static SafeFileHandle Lock(DaemonSpec spec)
    {
        var path = Path.Combine(spec.RuntimeDirectory, "supervisor.lock");
        var file = Open(path);
        if (FileLock.flock((int)file.DangerousGetHandle(), FileLock.LOCK_EX | FileLock.LOCK_NB) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            var owner = ReadPid(file);
            file.Dispose();
            throw new StartupException(errno == Errno.EAGAIN
                ? $"another supervisor ({owner}) already uses {spec.RuntimeDirectory}; "
                    + $"`supervisor -s {spec.ControlSocket} status` talks to it; to run a second one give it its own `supervisor.directory`"
                : $"cannot lock {path}: {Errno.Text(errno)}");
        }

        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

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
