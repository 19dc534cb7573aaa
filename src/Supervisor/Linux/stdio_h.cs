using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>stdio.h: the part that is a system call.</summary>
public static partial class stdio_h
{
    /// <summary>Renames, replacing what is there. Errors: EACCES, ENOENT, ENOSPC, EROFS and more. Source: rename(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rename(string oldpath, string newpath);

    /// <summary>Removes a name (unistd.h's unlink for files). Errors: EACCES, ENOENT, EROFS and more. Source: remove(3).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int remove(string pathname);
}
