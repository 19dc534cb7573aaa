using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Linux.sys_socket_h;

namespace Supervisor.Processes;

/// <summary>
/// Private copies of the files that a run gets: one directory for each run, 0500, its files 0400, both the job's own, removed when the run is over. The
/// directory is under the runtime directory, which is in memory on every usual machine. Their content is never logged, told, or kept by us.
/// </summary>
/// <param name="root">Directory of all of them; null: nothing is copied, the files are only looked at (<c>supervisor check</c>).</param>
internal sealed class CredentialStore(string? root)
{
    private const int Largest = 1024 * 1024;
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ConcurrentDictionary<string, string> _runs = [];

    /// <summary>The directory of a run, made when it is the first process of it; null: it has none.</summary>
    /// <exception cref="SpawnFailedException">A file cannot be read, or not be copied.</exception>
    public string? Provide(ProcessSpec spec, Credentials who, InstanceName name, string run)
    {
        if (spec.Credentials.Count == 0)
        {
            return null;
        }

        if (root is null)
        {
            foreach (var file in spec.Credentials)
            {
                _ = Read(file);
            }

            return null;
        }

        return _runs.TryGetValue(run, out var made) ? made : Make(spec, who, Path.Combine(root, $"{name}.{run[..Math.Min(12, run.Length)]}"), run);
    }

    /// <summary>The run is over: its copies go, by the pool.</summary>
    public void Forget(string run)
    {
        if (_runs.TryRemove(run, out var directory))
        {
            _ = Task.Run(() => Remove(directory));
        }
    }

    private string Make(ProcessSpec spec, Credentials who, string directory, string run)
    {
        try
        {
            Directory.CreateDirectory(root!, Passable);
            Directory.CreateDirectory(directory, Ours);
            _runs[run] = directory;
            foreach (var file in spec.Credentials)
            {
                var content = Read(file);
                var path = Path.Combine(directory, file.Name);
                using (var copy = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead }))
                {
                    copy.Write(content);
                }

                System.Security.Cryptography.CryptographicOperations.ZeroMemory(content);
                Give(path, who);
            }

            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Give(directory, who);
            return directory;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Forget(run);
            throw SpawnFailedException.Because(ExecStep.CopyCredentials, refused.Message);
        }
        catch (SpawnFailedException)
        {
            Forget(run);
            throw;
        }
    }

    private static byte[] Read(CredentialFile file)
    {
        try
        {
            if (new FileInfo(file.Path) is { Exists: true, Length: > Largest })
            {
                throw SpawnFailedException.Because(ExecStep.CopyCredentials, $"{file.Path} is larger than 1 MiB");
            }

            return File.ReadAllBytes(file.Path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SpawnFailedException.Of(ExecStep.CopyCredentials, Errno.ENOENT, file.Path);
        }
        catch (UnauthorizedAccessException)
        {
            throw SpawnFailedException.Of(ExecStep.CopyCredentials, Directory.Exists(file.Path) ? Errno.EISDIR : Errno.EACCES, file.Path);
        }
        catch (IOException refused)
        {
            throw SpawnFailedException.Because(ExecStep.CopyCredentials, refused.Message);
        }
    }

    private static void Give(string path, Credentials who)
    {
        if ((who.Uid ?? who.Gid) is not null && lchown(path, who.Uid ?? uint.MaxValue, who.Gid ?? uint.MaxValue) != 0)
        {
            throw SpawnFailedException.Of(ExecStep.CopyCredentials, Marshal.GetLastPInvokeError(), path);
        }
    }

    /// <summary>Removes a directory of copies, or that of all of them.</summary>
    public static void Remove(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                return;
            }

            // Not root: in a directory without write permission nothing could be removed.
            foreach (var one in Directory.GetDirectories(directory).Append(directory))
            {
                File.SetUnixFileMode(one, Ours);
            }

            Directory.Delete(directory, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next start of the supervisor removes what is left; until then it stays as private as it was.
        }
    }
}
