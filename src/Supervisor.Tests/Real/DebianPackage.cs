using Supervisor.Tests.Support;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The Debian package of the NativeAOT binary under test, made once, and a small Debian (scripts/debian-root.sh) to install it in.</summary>
internal sealed class DebianPackage : IDisposable
{
    private static readonly Lazy<Task<string>> _root = new(async () => (await Script("debian-root.sh", [])).Trim());

    private DebianPackage(string folder, string package, string root) => (Folder, File, Root) = (folder, package, root);

    /// <summary>A temporary directory that a private systemd sees, too.</summary>
    public string Folder { get; }

    /// <summary>The package, of the version of this repository.</summary>
    public string File { get; }

    /// <summary>The files of a small Debian.</summary>
    public string Root { get; }

    /// <summary>Makes it; skips the test where it cannot be had.</summary>
    public static async Task<DebianPackage> Make()
    {
        Assert.SkipUnless(Built.IsAot, "packages are made of the NativeAOT binary (SUPERVISOR_BINARY)");
        Assert.SkipUnless(Environment.UserName == "root", "a system of its own needs root");
        var root = await _root.Value;
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"package-{Guid.NewGuid():N}")).FullName;
        return new(folder, await Build("deb", folder), root);
    }

    /// <summary>The path of what <c>packaging/KIND/build.sh</c> has made of the binary under test.</summary>
    public static async Task<string> Build(string kind, string folder, params string[] more)
    {
        var built = await ProgramRun.ToEnd(
            "bash", [Path.Combine(Built.Repository, "packaging", kind, "build.sh"), "--binary", Built.Supervisor, "--output", folder, .. kind == "deb" ? (string[])["--fast"] : [], .. more],
            new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1700000000" });
        Assert.True(built.Code == 0, built.ToString());
        return built.Out.Trim();
    }

    /// <summary>What a script of <c>scripts/</c> writes to its standard output.</summary>
    public static async Task<string> Script(string name, IEnumerable<string> arguments)
    {
        using var run = await ProgramRun.Start("bash", [Path.Combine(Built.Repository, "scripts", name), .. arguments], directory: Built.Repository);
        var result = await run.Ended(TimeSpan.FromMinutes(10));
        Assert.True(result.Code == 0, result.ToString());
        return result.Out;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
