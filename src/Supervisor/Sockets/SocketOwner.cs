using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Sockets;

/// <summary>Looks up whom a socket's file is to belong to. May block on the network.</summary>
internal static unsafe class SocketOwner
{
    private const int Room = 64 * 1024;

    /// <summary>Numbers of user and group; uint.MaxValue: as it is.</summary>
    /// <exception cref="SocketRefusedException">A name is unknown.</exception>
    public static (uint User, uint Group) Of(SocketSpec socket)
    {
        var buffer = (byte*)NativeMemory.Alloc(Room);
        try
        {
            var (user, own) = socket.User is { } name ? User(name, socket, buffer) : (uint.MaxValue, uint.MaxValue);
            // Who is not root can give nothing away; its own files are its own already.
            if (user == unistd_h.geteuid())
            {
                (user, own) = (uint.MaxValue, own == unistd_h.getegid() ? uint.MaxValue : own);
            }

            return (user, socket.Group is { } group ? Group(group, socket, buffer) : own);
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static (uint User, uint Group) User(string name, SocketSpec socket, byte* buffer)
    {
        pwd_h.passwd entry;
        pwd_h.passwd* found = null;
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _ = pwd_h.getpwuid_r(number, &entry, buffer, Room, &found);
            return (number, found is null ? uint.MaxValue : found->pw_gid);
        }

        _ = pwd_h.getpwnam_r(name, &entry, buffer, Room, &found);
        return found is null ? throw SocketRefusedException.Because(socket, $"there is no user {name}") : (found->pw_uid, found->pw_gid);
    }

    private static uint Group(string name, SocketSpec socket, byte* buffer)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        pwd_h.group entry;
        pwd_h.group* found = null;
        _ = pwd_h.getgrnam_r(name, &entry, buffer, Room, &found);
        return found is null ? throw SocketRefusedException.Because(socket, $"there is no group {name}") : found->gr_gid;
    }
}
