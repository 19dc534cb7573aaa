using System.Text;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>The directory of the log files.</summary>
internal static unsafe class LogDirectory
{
    /// <summary>Mode of a log file: the group may read.</summary>
    public const int FileMode = 0b110_100_000;

    private const int DirectoryMode = 0b111_101_000;

    /// <summary>Makes it with those above it. False: errno says why.</summary>
    public static bool Make(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is not null && !Directory.Exists(parent) && !Make(parent))
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* name = bytes)
        {
            return LibC.mkdir(name, DirectoryMode) == 0 || Directory.Exists(path);
        }
    }
}
