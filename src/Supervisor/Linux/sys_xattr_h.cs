using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/xattr.h: extended attributes.</summary>
public static unsafe partial class sys_xattr_h
{
    /// <summary>
    /// Reads an extended attribute into <paramref name="value"/>; its length. Errors: ENODATA (it has none), ENOTSUP, ERANGE, EPERM and those of stat(2).
    /// Source: getxattr(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint getxattr(string path, string name, void* value, nuint size);
}
