using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;

namespace Supervisor.Processes.Cgroups;

/// <summary>Files of cgroupfs: small texts, read and written at once. A missing one is an answer, not an exception.</summary>
internal static unsafe class CgroupFile
{
    private const int Longest = 64 * 1024;

    /// <summary>Its text; null when it cannot be read (no such controller, the cgroup is gone).</summary>
    public static string? Read(string path)
    {
        var fd = fcntl_h.open(path, fcntl_h.O_RDONLY | fcntl_h.O_CLOEXEC, 0);
        if (fd < 0)
            return null;
        try
        {
            var text = new StringBuilder();
            var buffer = stackalloc byte[4096];
            while (text.Length < Longest)
            {
                var read = unistd_h.read(fd, buffer, 4096);
                if (read < 0)
                    return null;
                if (read == 0)
                    break;
                text.Append(Encoding.UTF8.GetString(buffer, (int)read));
            }

            return text.ToString();
        }
        finally
        {
            _ = unistd_h.close(fd);
        }
    }

    /// <summary>Writes it in one call, as cgroupfs wants; 0, or errno.</summary>
    public static int Write(string path, string text)
    {
        var fd = fcntl_h.open(path, fcntl_h.O_WRONLY | fcntl_h.O_CLOEXEC, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        try
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* first = bytes)
                return unistd_h.write(fd, first, (nuint)bytes.Length) >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        finally
        {
            _ = unistd_h.close(fd);
        }
    }

    /// <summary>Makes the directory of a cgroup; 0, or errno.</summary>
    public static int Make(string path) => sys_stat_h.mkdir(path, 0b111_101_101) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Removes a cgroup without processes and children; 0, or errno.</summary>
    public static int Remove(string path) => unistd_h.rmdir(path) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>The names of its child cgroups.</summary>
    public static IReadOnlyList<string> Children(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(path).Select(Path.GetFileName).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it is gone
        }
    }
}
