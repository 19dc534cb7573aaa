using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Supervisor.Tests.Pure.Architecture;

/// <summary>The layer table of docs/architecture.md, enforced on the sources.</summary>
public partial class LayerTests
{
    // Folders of one layer use each other only where the table says so: Jobs and Scheduling are one pure layer; the rest are islands.
    private static readonly (int Layer, string[] Folders, bool MayUseEachOther)[] _table =
    [
        (5, ["Hosting"], false),
        (4, ["Control", "Cli", "Web", "Metrics"], true),
        (3, ["Engine", "Upgrade"], true),
        (2, ["Processes", "Readiness", "Logs", "Cleanup", "SharedMemory", "Systemd", "Persistence", "Sockets"], false),
        (1, ["Configuration", "Import", "Jobs", "Scheduling"], true),
        (0, ["Specs", "Linux"], true),
    ];

    private static string Sources([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../Supervisor"));

    [Fact]
    public void Every_folder_is_in_the_table()
    {
        var folders = Directory.GetDirectories(Sources()).Select(d => Path.GetFileName(d)!).Except(["bin", "obj", "Properties"]);

        Assert.Empty(folders.Except(_table.SelectMany(row => row.Folders)));
    }

    [Fact]
    public void No_folder_uses_one_above_it_or_another_of_layer_2()
    {
        Assert.Empty(UsesOf(Sources()).Where(use => !Allowed(use.From, use.To)).Select(use => $"{use.File}: {use.From} uses {use.To}"));
    }

    [Fact]
    public void The_command_line_speaks_HTTP_and_does_not_reach_into_the_engine()
    {
        Assert.Empty(UsesOf(Sources()).Where(use => use.From == "Cli" && use.To is "Engine" or "Upgrade").Select(use => use.File));
    }

    [Fact]
    public void Specs_and_Linux_do_not_know_each_other()
    {
        Assert.Empty(UsesOf(Sources()).Where(use => (use.From, use.To) is ("Specs", "Linux") or ("Linux", "Specs")).Select(use => use.File));
    }

    [Fact]
    public void The_configuration_does_not_know_what_imports_others()
    {
        Assert.Empty(UsesOf(Sources()).Where(use => (use.From, use.To) is ("Configuration", "Import")).Select(use => use.File));
    }

    [Theory]
    [InlineData("Jobs")]
    [InlineData("Engine")]
    public void There_is_no_lock_where_one_thread_owns_everything(string folder)
    {
        Assert.DoesNotContain(Files(folder), file => LockStatement().IsMatch(File.ReadAllText(file)));
    }

    [Theory]
    [InlineData("Jobs")]
    [InlineData("Scheduling")]
    [InlineData("Configuration")]
    [InlineData("Import")]
    [InlineData("Specs")]
    public void The_pure_layers_have_no_threads_no_clock_and_no_system_calls(string folder)
    {
        Assert.DoesNotContain(Files(folder), file => Impure().IsMatch(File.ReadAllText(file)));
    }

    [Theory]
    [InlineData("Jobs", "Engine", false)]
    [InlineData("Logs", "Processes", false)]
    [InlineData("Engine", "Processes", false)]
    [InlineData("Engine", "Jobs", true)]
    [InlineData("Hosting", "Control", true)]
    [InlineData("Control", "Engine", true)]
    [InlineData("Control", "Hosting", false)]
    public void The_rule_itself(string from, string to, bool allowed) => Assert.Equal(allowed, Allowed(from, to));

    private static bool Allowed(string from, string to)
    {
        var (lower, upper) = (_table.Single(row => row.Folders.Contains(to)), _table.Single(row => row.Folders.Contains(from)));
        // The engine and what is above it in the middle see the layer of the operating system through ports of Jobs/ alone.
        return from == to || (lower.Layer < upper.Layer && !(upper.Layer is 3 or 4 && lower.Layer == 2)) || (lower.Layer == upper.Layer && upper.MayUseEachOther);
    }

    private static IEnumerable<(string File, string From, string To)> UsesOf(string root) =>
        from row in _table
        from folder in row.Folders
        from file in Files(folder)
        from Match use in UsingLine().Matches(File.ReadAllText(file))
        let to = use.Groups[1].Value
        where _table.Any(other => other.Folders.Contains(to))
        select (Path.GetRelativePath(root, file), folder, to);

    private static string[] Files(string folder)
    {
        var path = Path.Combine(Sources(), folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories) : [];
    }

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?Supervisor\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^\s*lock\s*\(|\bMonitor\.(Enter|TryEnter)\b|\bnew Lock\(", RegexOptions.Multiline)]
    private static partial Regex LockStatement();

    [GeneratedRegex(@"\bnew Thread\(|\bTask\.Run\(|\bTimeProvider\b|\bLibC\.|\[LibraryImport|\bDllImport\b|using Tmds\.Linux")]
    private static partial Regex Impure();
}
