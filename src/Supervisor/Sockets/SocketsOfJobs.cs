using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Linux.sys_socket_h;

namespace Supervisor.Sockets;

/// <summary>
/// Finds the sockets whose descriptors went with a killed supervisor: a job that runs has them open, and pidfd_getfd(2) makes a copy of its descriptor, with the
/// connections that wait. May block (/proc): before the engine runs.
/// </summary>
public static unsafe class SocketsOfJobs
{
    private const int LongestAddress = 128;

    /// <summary>Takes back the sockets of a job that one of its processes has open, wherever it has put them.</summary>
    /// <param name="pidfd">The process.</param>
    /// <param name="pid">Its pid, for /proc.</param>
    /// <param name="job">Name of the job.</param>
    /// <param name="sockets">Its sockets.</param>
    /// <param name="isLeft">Whether there is a descriptor of a name already.</param>
    /// <param name="leave">Keeps one under a name; false: there is one already.</param>
    /// <returns>Why they cannot be had; null: those that it has are taken.</returns>
    public static string? TakeBack(int pidfd, int pid, string job, Sequence<SocketSpec> sockets, Func<string, bool> isLeft, Func<string, int, bool> leave)
    {
        var wanted = sockets.Where(socket => !isLeft(ListeningSockets.HolderName(job, socket))).ToList();
        foreach (var number in wanted.Count == 0 ? [] : SocketsOf(pid))
        {
            var copy = unistd_h.pidfd_getfd(pidfd, number);
            if (copy < 0)
            {
                // One that it has just closed is none of those; anything else holds for all.
                if (Marshal.GetLastPInvokeError() is not Errno.EBADF and var errno)
                {
                    return $"pidfd_getfd: {Errno.Text(errno)}";
                }

                continue;
            }

            var found = wanted.Find(socket => Is(copy, socket));
            if (found is null || !leave(ListeningSockets.HolderName(job, found), copy))
            {
                _ = unistd_h.close(copy);
            }

            if (found is not null && wanted.Remove(found) && wanted.Count == 0)
            {
                break;
            }
        }

        return null;
    }

    // Lowest first: those that it was given are among the first.
    private static List<int> SocketsOf(int pid)
    {
        var numbers = new List<int>();
        try
        {
            foreach (var entry in new DirectoryInfo($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/fd").EnumerateFiles())
            {
                if (int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && entry.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) is true)
                {
                    numbers.Add(number);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or is none of ours to look into; then pidfd_getfd would be refused as well.
        }

        numbers.Sort();
        return numbers;
    }

    // Its kind, its address, and that it listens: a connection to it has the same address.
    private static bool Is(int descriptor, SocketSpec socket)
    {
        var bytes = stackalloc byte[LongestAddress];
        uint length = LongestAddress;
        if (getsockname(descriptor, bytes, &length) != 0 || length > LongestAddress || OptionOf(descriptor, SO_TYPE) != (int)socket.Kind
            || (socket.Kind is not SocketKind.Datagram && OptionOf(descriptor, SO_ACCEPTCONN) != 1))
        {
            return false;
        }

        var address = new ReadOnlySpan<byte>(bytes, (int)length);
        return address.SequenceEqual(SocketAddress.Of(socket, ipv4Only: false).Bytes) || address.SequenceEqual(SocketAddress.Of(socket, ipv4Only: true).Bytes);
    }

    private static int? OptionOf(int descriptor, int name)
    {
        int value;
        uint length = sizeof(int);
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : null;
    }
}
