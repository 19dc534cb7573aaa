namespace Supervisor.Specs;

/// <summary>Where a job's output goes and how much of it is kept.</summary>
public sealed record LogSpec
{
    /// <summary>What a job has that says nothing.</summary>
    public static readonly LogSpec Default = new();

    /// <summary>Where stdout goes.</summary>
    public LogTarget Stdout { get; init; } = LogTarget.File;

    /// <summary>Where stderr goes; <see cref="LogTargetKind.SameAsStdout"/> shares stdout's pipe, so that the order of lines is kept.</summary>
    public LogTarget Stderr { get; init; } = LogTarget.SameAsStdout;

    /// <summary>Whether each line gets a time stamp (RFC 3339, milliseconds).</summary>
    public bool Timestamp { get; init; }

    /// <summary>What a line is written as. Of <see cref="LogFormat.Json"/> the time is a member.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>Size in bytes at which a file is rotated.</summary>
    public long MaxSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>Number of files kept, the current one included (1 or more).</summary>
    public int MaxFiles { get; init; } = 5;

    /// <summary>Age at which an older file is removed, by its last line, and the current one is rotated, by its first; null: never.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Bytes that all files of an instance may have together, the current ones at their largest; null: no limit but of each.</summary>
    public long? MaxTotal { get; init; }

    /// <summary>Whether older files are compressed (gzip).</summary>
    public bool Compress { get; init; }

    /// <summary>What happens when the disk is slower than the job.</summary>
    public OnFull OnFull { get; init; } = OnFull.Block;
}

/// <summary>One destination; <see cref="Path"/> is set for <see cref="LogTargetKind.Append"/> only.</summary>
public readonly record struct LogTarget(LogTargetKind Kind, string? Path = null)
{
    /// <summary>A rotated file in the log directory.</summary>
    public static LogTarget File => new(LogTargetKind.File);

    /// <summary>The supervisor's own output, with a prefix per job.</summary>
    public static LogTarget Console => new(LogTargetKind.Console);

    /// <summary>journald, by its native protocol.</summary>
    public static LogTarget Journal => new(LogTargetKind.Journal);

    /// <summary>Nowhere: /dev/null.</summary>
    public static LogTarget Null => new(LogTargetKind.Null);

    /// <summary>The supervisor's own descriptor, unread by us.</summary>
    public static LogTarget Inherit => new(LogTargetKind.Inherit);

    /// <summary>Wherever stdout goes (stderr only).</summary>
    public static LogTarget SameAsStdout => new(LogTargetKind.SameAsStdout);

    /// <summary>A file that the job itself appends to, unread and unrotated by us.</summary>
    public static LogTarget Append(string path) => new(LogTargetKind.Append, path);
}

/// <summary>Kinds of destinations.</summary>
public enum LogTargetKind
{
    /// <summary>A rotated file in the log directory.</summary>
    File,
    /// <summary>The supervisor's own output, with a prefix per job.</summary>
    Console,
    /// <summary>journald.</summary>
    Journal,
    /// <summary>/dev/null.</summary>
    Null,
    /// <summary>The supervisor's own descriptor.</summary>
    Inherit,
    /// <summary>A file opened with O_APPEND for the job itself.</summary>
    Append,
    /// <summary>Shares stdout's destination (stderr only).</summary>
    SameAsStdout,
}

/// <summary>What lines are written as.</summary>
public enum LogFormat
{
    /// <summary>As the job wrote them.</summary>
    Text,
    /// <summary>A JSON object each.</summary>
    Json,
}

/// <summary>What happens to output that cannot be written.</summary>
public enum OnFull
{
    /// <summary>The pipe fills and the job waits.</summary>
    Block,
    /// <summary>The output is dropped and counted.</summary>
    Drop,
}
