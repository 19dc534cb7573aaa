using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>The directories that the supervisor needs, made when they are missing. What exists keeps its owner and mode.</summary>
internal static class Directories
{
    private const UnixFileMode RuntimeMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Makes the runtime directory (0755), the directory of the control socket (0755), and those of state and logs (0750).</summary>
    /// <exception cref="StartupException">One cannot be made.</exception>
    public static void Create(DaemonSpec spec)
    {
        Create("runtime directory", "supervisor.directory", spec.RuntimeDirectory, RuntimeMode);
        Create("directory of the control socket", "supervisor.control.socket", Path.GetDirectoryName(spec.ControlSocket)!, RuntimeMode);
        Create("state directory", "supervisor.state_directory", spec.StateDirectory, PrivateMode);
        Create("log directory", "supervisor.log_directory", spec.LogDirectory, PrivateMode);
    }

    private static void Create(string what, string key, string path, UnixFileMode mode)
    {
        try
        {
            Directory.CreateDirectory(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot make the {what} {path}: {FailureText.Of(e, path)} (the key '{key}' moves it)");
        }
    }
}
