namespace Supervisor.Linux;

/// <summary>Why a file could not be used, in the words of errno(3), which people know and can search for, in place of .NET's.</summary>
public static class FailureText
{
    private const int LastErrno = 133; // EHWPOISON

    /// <summary>
    /// The same for a path: .NET makes one exception of ENOENT and ENOTDIR, so it is looked which part of the path is a file ("Not a directory: /etc/passwd").
    /// </summary>
    public static string Of(Exception failure, string path)
    {
        if (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            for (var part = Path.GetDirectoryName(Path.GetFullPath(path)); part is not null; part = Path.GetDirectoryName(part))
            {
                if (File.Exists(part))
                {
                    return $"{Errno.Text(Errno.ENOTDIR)}: {part}";
                }
            }
        }

        return Of(failure);
    }

    /// <summary>"No such file or directory"; .NET's own sentence when no errno is behind it. The path is for the caller to tell.</summary>
    public static string Of(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.Text(Errno.ENOENT),
        PathTooLongException => Errno.Text(Errno.ENAMETOOLONG),
        // Made of EACCES, EPERM or EROFS, which is inside.
        UnauthorizedAccessException { InnerException: IOException inner } => Of(inner),
        UnauthorizedAccessException => Errno.Text(Errno.EACCES),
        IOException { HResult: > 0 and <= LastErrno } io => Errno.Text(io.HResult),
        _ => failure.Message.TrimEnd('.'),
    };
}
