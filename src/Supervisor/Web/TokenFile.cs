using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Web;

/// <summary>Where the token comes from: the configured file, or one of ours in the state directory.</summary>
internal static class TokenFile
{
    /// <summary>Name of our own file.</summary>
    public const string Name = "http-token";

    private const int LargestFile = 4096;
    private const int RandomBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A group that may read is the administrator's choice (and how service managers hand over credentials); a group that may write is not.
    private const UnixFileMode TooOpen = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The path and the token; our own file is made when it is missing, and kept over restarts.</summary>
    /// <exception cref="WebException">There is none that is good; says why.</exception>
    public static (string Path, WebToken Token) Read(DaemonSpec daemon)
    {
        var own = daemon.Http?.TokenFile is null;
        var path = daemon.Http?.TokenFile ?? Path.Combine(daemon.StateDirectory, Name);
        try
        {
            if (own && !File.Exists(path))
            {
                Make(path);
            }

            return (path, new(ReadSecret(path)));
        }
        catch (ArgumentException unfit)
        {
            throw new WebException($"the token in {path} {unfit.Message}; `head -c 32 /dev/urandom | base64 > {path}` makes a good one");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WebException(
                $"cannot {(own ? "use" : "read")} the token of the dashboard (supervisor.http.token_file), {path}: {FailureText.Of(failure, path)}"
                    + (failure is FileNotFoundException ? $"; `(umask 077; head -c 32 /dev/urandom | base64 > {path})` makes one" : ""),
                failure);
        }
    }

    /// <summary>What is wrong with it, and whether only because we must not look at it; null: nothing. Makes nothing.</summary>
    public static (string Message, bool IsUnseen)? Problem(DaemonSpec daemon)
    {
        if (daemon.Http?.TokenFile is null && !File.Exists(Path.Combine(daemon.StateDirectory, Name)))
        {
            return null;
        }

        try
        {
            _ = Read(daemon);
            return null;
        }
        catch (WebException wrong)
        {
            return (wrong.Message, wrong.InnerException is UnauthorizedAccessException && !Environment.IsPrivilegedProcess);
        }
    }

    private static string ReadSecret(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        // Of what was opened, not of the name.
        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & TooOpen) != 0)
        {
            throw new WebException(
                $"the token file {path} has mode 0{Convert.ToString((int)mode, 8)}: others could read or change it; `chmod 600 {path}`, and make a new token if it has been so for long");
        }

        var text = new byte[LargestFile];
        var length = file.ReadAtLeast(text, LargestFile, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(text, 0, length).Trim();
    }

    private static void Make(string path)
    {
        // From the kernel itself: .NET's generator would need OpenSSL's library, for these bytes alone.
        var random = new byte[RandomBytes];
        using (var source = File.OpenHandle("/dev/urandom"))
        {
            RandomAccess.Read(source, random, 0);
        }

        // Complete or not there: a crash between the two leaves a file that the next start overwrites.
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(random) + "\n"));
        }

        File.Move(unfinished, path, overwrite: false);
    }
}
