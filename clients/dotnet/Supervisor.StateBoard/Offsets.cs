namespace Supervisor.StateBoard;

/// <summary>The ABI of docs/state-board.md, version 1, as this library needs it; a test holds it to the supervisor's table.</summary>
internal static class Offsets
{
    public const ulong MagicValue = 0x4452414F42505553;
    public const uint AbiVersion = 1;
    public const int Size = 4096;

    public const int AbiVersionAt = 8;
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
    public const int Job = 128;
    public const int JobSize = 128;
    public const int Heartbeat = 256;
    public const int Phase = 320;
    public const int ProgressSequence = 324;
    public const int ProgressDone = 328;
    public const int ProgressTotal = 336;
    public const int StatusSequence = 344;
    public const int StatusLength = 348;
    public const int StatusText = 352;
    public const int StatusTextSize = 256;
    public const int JobBytes = 640;
    public const int JobBytesSize = 512;
    public const int Counters = 1152;
    public const int CounterCount = 32;
    public const int CounterSize = 64;
    public const int CounterKind = 8;
    public const int CounterName = 16;
    public const int CounterNameSize = 48;
}
