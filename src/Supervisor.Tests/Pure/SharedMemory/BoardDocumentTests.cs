using System.Reflection;
using System.Runtime.CompilerServices;
using Supervisor.SharedMemory;

namespace Supervisor.Tests.Pure.SharedMemory;

/// <summary>
/// One layout in four places. With SUPERVISOR_UPDATE_FILES=1 in the environment the tests write the generated parts instead of comparing them.
/// </summary>
public class BoardDocumentTests
{
    [Fact]
    public void The_document_has_the_tables_of_the_code() =>
        Same("docs/state-board.md", "<!-- generated: BoardDocument.Tables -->\n", "<!-- end of generated -->", BoardDocument.Tables());

    [Fact]
    public void The_C_header_has_the_layout_of_the_code() =>
        Same("clients/c/supervisor_board.h", "a test keeps it equal to them */\n", "/* </generated> */", BoardDocument.CDefinitions());

    [Fact]
    public void The_python_module_has_the_offsets_of_the_code()
    {
        var module = File.ReadAllText(Path.Combine(Root(), "clients/python/supervisor_board.py"));
        var block = module[module.IndexOf("OFFSETS = {", StringComparison.Ordinal)..];
        var offsets = block[..block.IndexOf('}')].Split('{')[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(':', StringSplitOptions.TrimEntries)).ToDictionary(pair => pair[0].Trim('"'), pair => int.Parse(pair[1]));

        Assert.NotEmpty(offsets);
        Assert.All(offsets, offset => Assert.Equal(BoardLayout.Fields.Single(field => field.Name == offset.Key).Offset, offset.Value));
    }

    [Fact]
    public void The_dotnet_library_has_the_constants_of_the_code()
    {
        var theirs = Constants(typeof(Supervisor.StateBoard.Board).Assembly.GetType("Supervisor.StateBoard.Offsets")!);
        var renamed = new Dictionary<string, string>
        {
            ["AbiVersionAt"] = "Version",
            ["CounterCount"] = "CounterCapacity",
            ["Job"] = "JobName",
            ["JobSize"] = "JobNameSize",
        };
        var ours = Constants(typeof(BoardLayout));

        Assert.All(theirs, constant => Assert.Equal(ours[renamed.GetValueOrDefault(constant.Key, constant.Key)], constant.Value));
    }

    [Fact]
    public void Fields_are_aligned_do_not_overlap_and_fit()
    {
        var end = 0;
        foreach (var field in BoardLayout.Fields)
        {
            Assert.True(field.Offset >= end, field.Name);
            Assert.Equal(0, field.Offset % (field.Type is BoardType.U64 or BoardType.Counters or BoardType.Bytes ? 8 : 4));
            end = field.Offset + field.Size;
        }

        Assert.True(end <= BoardLayout.Size);
    }

    [Fact]
    public void The_heartbeat_is_alone_on_its_cache_line() =>
        Assert.Equal(["heartbeat"], BoardLayout.Fields.Where(field => field.Offset / 64 == BoardLayout.Heartbeat / 64).Select(field => field.Name));

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../.."));

    private static Dictionary<string, object> Constants(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).ToDictionary(field => field.Name, field => field.GetRawConstantValue()!);

    private static void Same(string file, string begin, string end, string expected)
    {
        var path = Path.Combine(Root(), file);
        var text = File.ReadAllText(path);
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("SUPERVISOR_UPDATE_FILES") == "1")
        {
            File.WriteAllText(path, text[..from] + expected + text[to..]);
            return;
        }

        Assert.Equal(expected, text[from..to]);
    }
}
