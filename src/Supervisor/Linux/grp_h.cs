using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>grp.h: the group database, with everything that NSS adds to it.</summary>
public static unsafe partial class grp_h
{
    /// <summary>struct group of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct group
    {
        /// <summary>Name, in the caller's buffer.</summary>
        public byte* gr_name;

        /// <summary>Password, in the caller's buffer.</summary>
        public byte* gr_passwd;

        /// <summary>Its number.</summary>
        public uint gr_gid;

        /// <summary>Names of the members, ended by null, in the caller's buffer.</summary>
        public byte** gr_mem;
    }

    /// <summary>
    /// Looks a group up by name. Returns 0 (and a null <paramref name="result"/> when there is none) or an errno: ERANGE (buffer too small), EINTR,
    /// EIO, EMFILE, ENFILE, ENOMEM; some NSS modules say ENOENT or ESRCH for "none". errno itself is not set. Source: getgrnam_r(3).
    /// </summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getgrnam_r(string name, group* grp, byte* buf, nuint buflen, out group* result);
}
