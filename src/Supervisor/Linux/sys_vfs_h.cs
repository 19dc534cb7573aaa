using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/vfs.h: file systems.</summary>
public static unsafe partial class sys_vfs_h
{
    /// <summary>Describes the file system of a path: struct statfs, whose first member is f_type. Errors: EACCES, ENOENT... Source: statfs(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statfs(string path, void* buf);
}
