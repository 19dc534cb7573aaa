using System.Text;

namespace Supervisor.SharedMemory;

/// <summary>The layout in the two forms in which other programs need it: tables for docs/state-board.md and definitions for C.</summary>
public static class BoardDocument
{
    /// <summary>The tables of the document.</summary>
    public static string Tables()
    {
        var text = new StringBuilder();
        text.Append("| offset | field | type | writer | guarded by | meaning |\n|---|---|---|---|---|---|\n");
        foreach (var field in BoardLayout.Fields)
        {
            text.Append($"| {field.Offset} | `{field.Name}` | {TypeOf(field)} | {WriterOf(field)} | {(field.Lock is { } sequence ? $"`{sequence}`" : "")} | {field.Meaning} |\n");
        }

        text.Append("\nAn entry of `counters` (the first at ").Append(BoardLayout.Counters).Append(", each ").Append(BoardLayout.CounterSize).Append(" bytes further):\n\n");
        text.Append("| offset | field | type | meaning |\n|---|---|---|---|\n");
        foreach (var field in BoardLayout.CounterFields)
        {
            text.Append($"| {field.Offset} | `{field.Name}` | {TypeOf(field)} | {field.Meaning} |\n");
        }

        return text.ToString();
    }

    /// <summary>The struct of the C header, with its gaps named.</summary>
    public static string CDefinitions()
    {
        var text = new StringBuilder();
        text.Append($"#define SUPERVISOR_BOARD_MAGIC UINT64_C(0x{BoardLayout.MagicValue:X})\n");
        text.Append($"#define SUPERVISOR_BOARD_ABI_VERSION {BoardLayout.AbiVersion}u\n");
        text.Append($"#define SUPERVISOR_BOARD_SIZE {BoardLayout.Size}u\n");
        text.Append($"#define SUPERVISOR_BOARD_COUNTERS {BoardLayout.CounterCapacity}\n\n");
        text.Append("struct supervisor_counter {\n");
        Members(text, BoardLayout.CounterFields, BoardLayout.CounterSize);
        text.Append("};\n\nstruct supervisor_board {\n");
        Members(text, BoardLayout.Fields, BoardLayout.Size);
        return text.Append("};\n").ToString();
    }

    private static void Members(StringBuilder text, IReadOnlyList<BoardField> fields, int size)
    {
        var (at, gap) = (0, 0);
        foreach (var field in fields)
        {
            Gap(field.Offset);
            text.Append($"    {CMember(field)}; /* {field.Offset} */\n");
            at = field.Offset + field.Size;
        }

        Gap(size);

        void Gap(int to)
        {
            if (at < to)
            {
                text.Append($"    unsigned char reserved{gap++}[{to - at}];\n");
            }
        }
    }

    private static string CMember(BoardField field) => field.Type switch
    {
        BoardType.U32 => $"uint32_t {field.Name}",
        BoardType.I32 => $"int32_t {field.Name}",
        BoardType.U64 => $"uint64_t {field.Name}",
        BoardType.Text => $"char {field.Name}[{field.Size}]",
        BoardType.Bytes => $"unsigned char {field.Name}[{field.Size}]",
        _ => $"struct supervisor_counter {field.Name}[SUPERVISOR_BOARD_COUNTERS]",
    };

    private static string TypeOf(BoardField field) => field.Type switch
    {
        BoardType.U32 => "u32",
        BoardType.I32 => "i32",
        BoardType.U64 => "u64",
        BoardType.Text => $"text, {field.Size}",
        BoardType.Bytes => $"bytes, {field.Size}",
        _ => $"entries, {field.Size}",
    };

    private static string WriterOf(BoardField field) => field.Writer is BoardWriter.Supervisor ? "supervisor" : "job";
}
