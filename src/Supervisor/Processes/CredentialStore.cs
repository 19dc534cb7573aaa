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

    // Nothing is kept in memory: the name of a directory says whose it is, so another image of the supervisor knows it as well.
    private volatile bool _isUsed = root is not null && Directory.Exists(root);

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

        var directory = DirectoryOf(root, name, run);
        if (!Directory.Exists(directory))
        {
            RemoveRunsOf(root, name);
            Make(spec, who, directory);
        }

        return directory;
    }

    /// <summary>The run is over: its copies go, by the pool.</summary>
    public void Forget(InstanceName name, string run)
    {
        if (_isUsed && run.Length > 0)
        {
            _ = Task.Run(() => Remove(DirectoryOf(root!, name, run)));
        }
    }

    /// <summary>Removes what is left of instances that there are no more.</summary>
    public static void Clear(string root, IReadOnlySet<string> instances)
    {
        foreach (var directory in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            if (Path.GetFileName(directory) is var name && (name.LastIndexOf('.') is var dot && dot < 0 || !instances.Contains(name[..dot])))
            {
                Remove(directory);
            }
        }
    }

    private static string DirectoryOf(string root, InstanceName name, string run) => Path.Combine(root, $"{name}.{run[..Math.Min(12, run.Length)]}");

    // What a supervisor that was killed has left of the same instance.
    private static void RemoveRunsOf(string root, InstanceName name)
    {
        foreach (var old in Directory.Exists(root) ? Directory.GetDirectories(root, $"{name}.????????????") : [])
        {
            Remove(old);
        }
    }

    private void Make(ProcessSpec spec, Credentials who, string directory)
    {
        try
        {
            Directory.CreateDirectory(root!, Passable);
            Directory.CreateDirectory(directory, Ours);
            _isUsed = true;
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
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Remove(directory);
            throw SpawnFailedException.Because(ExecStep.CopyCredentials, $"{FailureText.Of(refused)} ({directory})");
        }
        catch (SpawnFailedException)
        {
            Remove(directory);
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
            throw SpawnFailedException.Because(ExecStep.CopyCredentials, $"{FailureText.Of(refused)} ({file.Path})");
        }
    }

    private static void Give(string path, Credentials who)
    {
        if ((who.Uid ?? who.Gid) is not null && lchown(path, who.Uid ?? uint.MaxValue, who.Gid ?? uint.MaxValue) != 0)
        {
            throw SpawnFailedException.Of(ExecStep.CopyCredentials, Marshal.GetLastPInvokeError(), path);
        }
    }

    private static void Remove(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                return;
            }

            // Not root: in a directory without write permission nothing could be removed.
            File.SetUnixFileMode(directory, Ours);
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next start of the supervisor removes what is left; until then it stays as private as it was.
        }
    }
}
