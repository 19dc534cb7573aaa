using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>What a file sink is made of.</summary>
/// <param name="Directory">The log directory.</param>
/// <param name="FileName">Name of the current file in it.</param>
/// <param name="Spec">Size, count, time stamps, what to do when it is full.</param>
internal sealed record FileSettings(string Directory, string FileName, LogSpec Spec)
{
    /// <summary>Path of the current file.</summary>
    public string Path => System.IO.Path.Combine(Directory, FileName);

    /// <summary>Path of an older file: 1 is the newest of them.</summary>
    public string Older(int number) => $"{Path}.{number}";

    /// <summary>Path of the same, compressed.</summary>
    public string Compressed(int number) => $"{Path}.{number}.gz";

    /// <summary>Where one is compressed, before it gets its name.</summary>
    public string Unfinished => $"{Path}.gz.tmp";

    /// <summary>Removes an older file in either form; false: there was none.</summary>
    public bool RemoveOlder(int number) => (stdio_h.remove(Older(number)) == 0) | (stdio_h.remove(Compressed(number)) == 0);

    /// <summary>Name of an instance's file; stderr has one of its own only when it is a target of its own.</summary>
    public static string NameOf(InstanceName name, bool ofStderr) => ofStderr ? $"{name}.err.log" : $"{name}.log";
}
