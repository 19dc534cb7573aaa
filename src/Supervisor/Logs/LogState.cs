using System.Text.Json.Serialization;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>What the logs tell the next image at a live upgrade (<see cref="Jobs.Ports.IHandedOver"/>); the pipes themselves are held by name.</summary>
/// <param name="Logs">Each log.</param>
/// <param name="Console">Output that the reader of the console has not taken yet.</param>
/// <param name="ConsoleWidth">Width of the names on the console.</param>
internal sealed record LogState(IReadOnlyList<JobLogState> Logs, byte[] Console, int ConsoleWidth);

/// <summary>The log of one instance.</summary>
internal sealed record JobLogState
{
    /// <summary>Whose.</summary>
    public required InstanceName Name { get; init; }

    /// <summary>What is configured for the current run.</summary>
    public required LogSpec Spec { get; init; }

    /// <summary>Whose output it carries.</summary>
    public LogRun Run { get; init; } = LogRun.None;

    /// <summary>Where the current run begins.</summary>
    public RunMark Mark { get; init; } = RunMark.None;

    /// <summary>What has been counted.</summary>
    public Jobs.Ports.LogCounters Counters { get; init; } = Jobs.Ports.LogCounters.Zero;

    /// <summary>The last output.</summary>
    public RingState Ring { get; init; } = new();

    /// <summary>stdout.</summary>
    public StreamState Out { get; init; } = new();

    /// <summary>stderr.</summary>
    public StreamState Error { get; init; } = new();
}

/// <summary>The last output in memory.</summary>
internal sealed record RingState
{
    /// <summary>Records.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>Position after the last.</summary>
    public long End { get; init; }

    /// <summary>Lines that have left it.</summary>
    public long LostLines { get; init; }

    /// <summary>All lines so far.</summary>
    public long AllLines { get; init; }

    /// <summary>Where the current run begins.</summary>
    public long RunStart { get; init; }

    /// <summary>Where stdout's file ended.</summary>
    public FilePosition Out { get; init; }

    /// <summary>Where stderr's own file ended.</summary>
    public FilePosition Error { get; init; }
}

/// <summary>One stream of a log: where it stands in its line, and what its sink holds.</summary>
internal sealed record StreamState
{
    /// <summary>Whether the last byte did not end a line.</summary>
    public bool IsMidLine { get; init; }

    /// <summary>Where the ring is in the line.</summary>
    public int KeptOfLine { get; init; }

    /// <summary>The rest of the line is passed over by the ring.</summary>
    public bool IsSkipping { get; init; }

    /// <summary>The line is marked as cut in the ring.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Generations of the older files, newest first.</summary>
    public IReadOnlyList<long> OlderFiles { get; init; } = [];

    /// <summary>Generation of the current file.</summary>
    public long CurrentFile { get; init; }

    /// <summary>What the sink holds.</summary>
    public SinkState Sink { get; init; } = new();
}

/// <summary>What a sink holds; which members mean something depends on its kind.</summary>
internal sealed record SinkState
{
    /// <summary>Bytes that could not be written yet (a file), or the start of a line that is not over (the console).</summary>
    public byte[] Held { get; init; } = [];

    /// <summary>When the start of that line came, in milliseconds since 1970.</summary>
    public long HeldSince { get; init; }

    /// <summary>Whether what comes next begins a line.</summary>
    public bool IsLineStart { get; init; } = true;

    /// <summary>Bytes of the current line in the current object (<c>format: json</c>).</summary>
    public int InObject { get; init; }

    /// <summary>Whether an object is open.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether the current line has begun in an object before.</summary>
    public bool IsContinued { get; init; }

    /// <summary>The start of a character whose rest has not come.</summary>
    public byte[] Cut { get; init; } = [];

    /// <summary>Whether the rest of the current line is to be dropped.</summary>
    public bool DropsLine { get; init; }

    /// <summary>Whether something was dropped since the last write that worked.</summary>
    public bool HasDropped { get; init; }

    /// <summary>Whether writing fails, and that was said.</summary>
    public bool IsInTrouble { get; init; }

    /// <summary>Bytes dropped before the trouble began.</summary>
    public long DroppedBefore { get; init; }
}

/// <summary>JSON of all that.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LogState))]
internal sealed partial class LogStateJson : JsonSerializerContext;
