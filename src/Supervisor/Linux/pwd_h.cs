using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>pwd.h and grp.h: users and groups, through NSS. May block (LDAP): never in a child.</summary>
public static unsafe partial class pwd_h
{
    /// <summary>struct passwd of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct passwd
    {
#pragma warning disable CS1591 // getpwnam(3)
        public byte* pw_name;
        public byte* pw_passwd;
        public uint pw_uid;
        public uint pw_gid;
        public byte* pw_gecos;
        public byte* pw_dir;
        public byte* pw_shell;
#pragma warning restore CS1591
    }

    /// <summary>struct group of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct group
    {
#pragma warning disable CS1591 // getgrnam(3)
        public byte* gr_name;
        public byte* gr_passwd;
        public uint gr_gid;
        public byte** gr_mem;
#pragma warning restore CS1591
    }

    /// <summary>A user by name; returns an errno (ERANGE: larger buffer), and a null result for an unknown one. Source: getpwnam(3).</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getpwnam_r(string name, passwd* pwd, byte* buf, nuint buflen, passwd** result);

    /// <summary>A user by number, as <see cref="getpwnam_r"/>. Source: getpwnam(3).</summary>
    [LibraryImport("libc")]
    public static partial int getpwuid_r(uint uid, passwd* pwd, byte* buf, nuint buflen, passwd** result);

    /// <summary>A group by name, as <see cref="getpwnam_r"/>. Source: getgrnam(3).</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getgrnam_r(string name, group* grp, byte* buf, nuint buflen, group** result);

    /// <summary>The groups of a user and <paramref name="group"/>; -1 when *ngroups was too small (it then says how many). Source: getgrouplist(3).</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int getgrouplist(string user, uint group, uint* groups, int* ngroups);
}
