using System.Runtime.InteropServices;
using Xunit;

namespace Supervisor.Tests.Support;

/// <summary>A file system of a few KiB (tmpfs), mounted on a temporary directory for one test. Needs root.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const int Detach = 2;

    public SmallDisk(int bytes)
    {
        Folder = Directory.CreateTempSubdirectory("disk").FullName;
        if (mount("none", Folder, "tmpfs", 0, $"size={bytes}") != 0)
        {
            var reason = Marshal.GetLastPInvokeErrorMessage();
            Directory.Delete(Folder);
            Assert.Skip($"cannot mount a small file system here: {reason}");
        }
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Takes all that is free.</summary>
    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(Path.Combine(Folder, "ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.ThrowsAny<IOException>(() =>
        {
            for (var written = 0; written < int.MaxValue - block.Length; written += block.Length)
            {
                file.Write(block);
            }
        });
    }

    /// <summary>Gives it back.</summary>
    public void Clear() => File.Delete(Path.Combine(Folder, "ballast"));

    public void Dispose()
    {
        Assert.Equal(0, umount2(Folder, Detach));
        Directory.Delete(Folder);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
