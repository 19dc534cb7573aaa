using System.Globalization;
using System.Text;

namespace Supervisor.StateBoard;

public sealed unsafe partial class Board
{
    /// <summary>The names that <see cref="Field"/> knows.</summary>
    public static IReadOnlyList<string> FieldNames { get; } =
    [
        "job", "instance", "attempt", "pid", "start_time", "goal", "stop_deadline", "restarts", "reloads", "last_exit_cause", "last_exit_code",
        "last_exit_signal", "heartbeat", "phase", "progress_done", "progress_total", "status_text",
    ];

    /// <summary>One field as text, for scripts; null: there is no such field, or no board.</summary>
    public string? Field(string name) => _page is null ? null : name switch
    {
        "job" => Text(Offsets.Job, Offsets.JobSize),
        "instance" => Number(At<uint>(Offsets.Instance)),
        "attempt" => Number(At<uint>(Offsets.Attempt)),
        "pid" => Number(At<uint>(Offsets.Pid)),
        "start_time" => Number(At<ulong>(Offsets.StartTime)),
        "goal" => WordOf(Goal),
        "stop_deadline" => Number(StopDeadline),
        "restarts" => Number(At<uint>(Offsets.Restarts)),
        "reloads" => Number(Reloads),
        "last_exit_cause" => Number(At<uint>(Offsets.LastExitCause)),
        "last_exit_code" => At<int>(Offsets.LastExitCode).ToString(CultureInfo.InvariantCulture),
        "last_exit_signal" => At<int>(Offsets.LastExitSignal).ToString(CultureInfo.InvariantCulture),
        "heartbeat" => Number(At<ulong>(Offsets.Heartbeat)),
        "phase" => Phase is Phase.None ? "" : WordOf(Phase),
        "progress_done" => Number(At<ulong>(Offsets.ProgressDone)),
        "progress_total" => Number(At<ulong>(Offsets.ProgressTotal)),
        "status_text" => Text(Offsets.StatusText, (int)Math.Min(At<uint>(Offsets.StatusLength), Offsets.StatusTextSize)),
        _ => null,
    };

    /// <summary>The counter or gauge of that name if it has been named; nothing is named by asking.</summary>
    public Counter? Find(string name, out bool isGauge)
    {
        isGauge = false;
        for (var index = 0; _page is not null && index < Offsets.CounterCount; index++)
        {
            var entry = Offsets.Counters + (index * Offsets.CounterSize);
            var kind = Volatile.Read(ref At<uint>(entry + Offsets.CounterKind));
            if (kind is 1 or 2 && Text(entry + Offsets.CounterName, Offsets.CounterNameSize) == name)
            {
                isGauge = kind == 2;
                return new(_page + entry);
            }
        }

        return null;
    }

    private string Text(int offset, int size)
    {
        var bytes = new ReadOnlySpan<byte>(_page + offset, size);
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static string WordOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
