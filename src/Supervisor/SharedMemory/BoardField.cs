namespace Supervisor.SharedMemory;

/// <summary>Who writes a field. There is exactly one; everybody may read.</summary>
public enum BoardWriter
{
    /// <summary>The supervisor.</summary>
    Supervisor,
    /// <summary>The job.</summary>
    Job,
}

/// <summary>What a field is, in the words of C.</summary>
public enum BoardType
{
    /// <summary>uint32_t, little-endian, accessed as a whole.</summary>
    U32,
    /// <summary>int32_t, little-endian, accessed as a whole.</summary>
    I32,
    /// <summary>uint64_t, little-endian, accessed as a whole.</summary>
    U64,
    /// <summary>UTF-8, ended by NUL or by the end of the field.</summary>
    Text,
    /// <summary>Bytes without a meaning of ours.</summary>
    Bytes,
    /// <summary>Entries of the counter table.</summary>
    Counters,
}

/// <summary>One field of the board: a line of the table from which code, document and C header come.</summary>
/// <param name="Name">Name, as C has it.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Writer">Who writes it.</param>
/// <param name="Lock">Name of the sequence that guards it; null: it is read and written by itself.</param>
/// <param name="Meaning">For the document.</param>
public sealed record BoardField(string Name, int Offset, BoardType Type, int Size, BoardWriter Writer, string? Lock, string Meaning);
