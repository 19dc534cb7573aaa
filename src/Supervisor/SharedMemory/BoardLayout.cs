using static Supervisor.SharedMemory.BoardType;
using static Supervisor.SharedMemory.BoardWriter;

namespace Supervisor.SharedMemory;

/// <summary>
/// The ABI of the state board, version 1: where everything is. docs/state-board.md and clients/c/supervisor_board.h are generated from
/// <see cref="Fields"/>; the constants are what the code uses, and a test holds them, the table, the document and a C compiler to each other.
/// Header and heartbeat keep their places in every later version.
/// </summary>
public static class BoardLayout
{
#pragma warning disable CS1591 // the table says what they are
    /// <summary>"SUPBOARD" as it stands in memory.</summary>
    public const ulong MagicValue = 0x4452414F42505553;
    public const uint AbiVersion = 1;
    public const int Size = 4096;
    public const int JobNameSize = 128;
    public const int StatusTextSize = 256;
    public const int JobBytesSize = 512;
    public const int CounterCapacity = 32;
    public const int CounterSize = 64;
    public const int CounterNameSize = 48;

    public const int Magic = 0;
    public const int Version = 8;
    public const int TotalSize = 12;

    public const int SupervisorSequence = 64;
    public const int Goal = 68;
    public const int StopDeadline = 72;
    public const int StartTime = 80;
    public const int Pid = 88;
    public const int Attempt = 92;
    public const int Instance = 96;
    public const int Restarts = 100;
    public const int Reloads = 104;
    public const int LastExitCause = 108;
    public const int LastExitCode = 112;
    public const int LastExitSignal = 116;
    public const int JobName = 128;

    public const int Heartbeat = 256;

    public const int Phase = 320;
    public const int ProgressSequence = 324;
    public const int ProgressDone = 328;
    public const int ProgressTotal = 336;
    public const int StatusSequence = 344;
    public const int StatusLength = 348;
    public const int StatusText = 352;

    public const int JobBytes = 640;

    public const int Counters = 1152;
    public const int CounterValue = 0;
    public const int CounterKind = 8;
    public const int CounterName = 16;
#pragma warning restore CS1591

    /// <summary>The table, in order of offset.</summary>
    public static IReadOnlyList<BoardField> Fields { get; } =
    [
        new("magic", Magic, U64, 8, BoardWriter.Supervisor, null, "`0x4452414F42505553`: the bytes `SUPBOARD`"),
        new("abi_version", Version, U32, 4, BoardWriter.Supervisor, null, "1"),
        new("total_size", TotalSize, U32, 4, BoardWriter.Supervisor, null, "4096"),

        new("supervisor_sequence", SupervisorSequence, U32, 4, BoardWriter.Supervisor, null, "odd while the supervisor writes its part"),
        new("goal", Goal, U32, 4, BoardWriter.Supervisor, null, "what is wanted of the job: 1 run, 2 stop, 3 reload (until the next change)"),
        new("stop_deadline", StopDeadline, U64, 8, BoardWriter.Supervisor, null, "when SIGKILL follows, ns on CLOCK_MONOTONIC; 0: no stop is on its way"),
        new("start_time", StartTime, U64, 8, BoardWriter.Supervisor, "supervisor_sequence", "when the main process started, ns since the epoch (CLOCK_REALTIME)"),
        new("pid", Pid, U32, 4, BoardWriter.Supervisor, "supervisor_sequence", "main process as the supervisor sees it; 0: none"),
        new("attempt", Attempt, U32, 4, BoardWriter.Supervisor, "supervisor_sequence", "number of the attempt, from 1"),
        new("instance", Instance, U32, 4, BoardWriter.Supervisor, "supervisor_sequence", "number of the instance, from 0"),
        new("restarts", Restarts, U32, 4, BoardWriter.Supervisor, "supervisor_sequence", "automatic restarts since the last start by hand"),
        new("reloads", Reloads, U32, 4, BoardWriter.Supervisor, "supervisor_sequence", "reloads asked of this attempt: act when it has changed"),
        new("last_exit_cause", LastExitCause, U32, 4, BoardWriter.Supervisor, "supervisor_sequence",
            "how the run before ended: 0 there was none, 1 exited, 2 signal, 3 core, 4 spawn-failed, 5 start-timeout, 6 stop-timeout, 7 watchdog, 8 runtime-limit, 9 killed, 10 lost, 11 unhealthy"),
        new("last_exit_code", LastExitCode, I32, 4, BoardWriter.Supervisor, "supervisor_sequence", "its exit code; -1: it has none"),
        new("last_exit_signal", LastExitSignal, I32, 4, BoardWriter.Supervisor, "supervisor_sequence", "the signal that ended it; 0: none"),
        new("job", JobName, Text, JobNameSize, BoardWriter.Supervisor, "supervisor_sequence", "name of the job, without the number of the instance"),

        new("heartbeat", Heartbeat, U64, 8, BoardWriter.Job, null, "any value other than the one before is a sign of life; alone on its cache line"),

        new("phase", Phase, U32, 4, BoardWriter.Job, null, "0 not said, 1 starting, 2 ready, 3 stopping"),
        new("progress_sequence", ProgressSequence, U32, 4, BoardWriter.Job, null, "odd while the job writes its progress"),
        new("progress_done", ProgressDone, U64, 8, BoardWriter.Job, "progress_sequence", "units done"),
        new("progress_total", ProgressTotal, U64, 8, BoardWriter.Job, "progress_sequence", "units in all; 0: not known"),
        new("status_sequence", StatusSequence, U32, 4, BoardWriter.Job, null, "odd while the job writes its status"),
        new("status_length", StatusLength, U32, 4, BoardWriter.Job, "status_sequence", "bytes of status_text, 0..256"),
        new("status_text", StatusText, Text, StatusTextSize, BoardWriter.Job, "status_sequence", "what the job does now: UTF-8, one line"),

        new("job_bytes", JobBytes, Bytes, JobBytesSize, BoardWriter.Job, null, "the job's own: the next attempt finds them as they were left"),

        new("counters", Counters, BoardType.Counters, CounterCapacity * CounterSize, BoardWriter.Job, null, "32 entries of 64 bytes"),
    ];

    /// <summary>The fields of an entry of the counter table; offsets count from the entry.</summary>
    public static IReadOnlyList<BoardField> CounterFields { get; } =
    [
        new("value", CounterValue, U64, 8, Job, null, "unsigned for a counter, signed for a gauge; changed by atomic operations"),
        new("kind", CounterKind, U32, 4, Job, null, "0 free, 1 counter (only grows), 2 gauge, 3 being named; written last, with release"),
        new("name", CounterName, Text, CounterNameSize, Job, null, "`[a-zA-Z_][a-zA-Z0-9_]*`, at most 47 bytes and a NUL"),
    ];
}
