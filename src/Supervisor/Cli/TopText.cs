using System.Globalization;
using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Cli;

/// <summary>The table of <c>top</c>. Between two pictures it remembers CPU times, to tell how much of a CPU each job uses.</summary>
internal sealed class TopText
{
    private const int BarWidth = 10;
    private const int LongestStatus = 40;
    private readonly Dictionary<int, TimeSpan> _before = [];
    private TimeSpan? _beforeAt;

    /// <summary>A line about the whole, then the table.</summary>
    /// <param name="status">The jobs.</param>
    /// <param name="boards">Their boards.</param>
    /// <param name="now">The time of the picture, on a clock that only goes forward.</param>
    /// <param name="usage">CPU time and memory by pid.</param>
    /// <param name="colours">Whether states have colours.</param>
    public IEnumerable<string> Lines(
        StatusMessage status, BoardsMessage boards, TimeSpan now, Func<int, ProcessUsage?> usage, bool colours)
    {
        var byName = boards.Boards.ToDictionary(board => board.Name);
        var table = new Table("JOB", "STATE", "PID", "UPTIME", "RESTARTS", "CPU", "RSS", "BEAT", "PROGRESS", "STATUS", "COUNTERS");
        var after = new Dictionary<int, TimeSpan>();
        foreach (var job in status.Jobs)
        {
            var used = job.Pid is { } pid ? usage(pid) : null;
            var cpu = used is { } one ? Cpu(job.Pid!.Value, one.Cpu, now) : "-";
            if (used is { } time)
            {
                after[job.Pid!.Value] = time.Cpu;
            }

            table.Add(StateColour.Of(job.State), Row(job, byName.GetValueOrDefault(job.Name), cpu, used?.ResidentBytes));
        }

        _before.Clear();
        foreach (var (pid, time) in after)
        {
            _before[pid] = time;
        }

        _beforeAt = now;
        var running = status.Jobs.Count(job => job.Pid is not null);
        return table.Lines(colours).Prepend(
            $"supervisor {status.Supervisor.Version} (pid {status.Supervisor.Pid}), {status.Supervisor.State}, up {InWords.Of(TimeSpan.FromSeconds(status.Supervisor.UptimeSeconds))}; {running} of {status.Jobs.Count} run");
    }

    // The first picture has nothing to compare with: it shows the time used so far.
    private string Cpu(int pid, TimeSpan cpu, TimeSpan now) =>
        _beforeAt is { } at && now > at && _before.TryGetValue(pid, out var before)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (cpu - before) / (now - at) * 100):0.0}%")
            : InWords.Of(cpu);

    private static string[] Row(JobMessage job, BoardMessage? board, string cpu, long? rss) =>
    [
        job.Name, job.State, job.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
        job.UptimeSeconds is { } up ? InWords.Of(TimeSpan.FromSeconds(up)) : "-",
        job.Restarts.ToString(CultureInfo.InvariantCulture), cpu, rss is { } bytes ? SizeText.Of(bytes) : "-",
        job.Pid is not null && board?.HeartbeatAgeSeconds is { } age ? InWords.Of(TimeSpan.FromSeconds(age)) : "-",
        Progress(board?.Progress), Shortened(Status(job, board)),
        board is null || board.Counters.Count == 0 ? "-" : string.Join(' ', board.Counters.Select(counter => $"{counter.Name}={counter.Value}")),
    ];

    private static string Status(JobMessage job, BoardMessage? board) =>
        board is { Problems: [var problem, ..] } ? $"! {problem}" : job.StatusText ?? board?.StatusText ?? "-";

    private static string Shortened(string text) => text.Length <= LongestStatus ? text : text[..(LongestStatus - 3)] + "...";

    /// <summary><c>[####------] 40%</c>; without a total the number alone.</summary>
    internal static string Progress(ProgressMessage? progress)
    {
        if (progress is not { } it)
        {
            return "-";
        }

        if (it.Total == 0)
        {
            return it.Done.ToString(CultureInfo.InvariantCulture);
        }

        var part = Math.Min(1, (double)it.Done / it.Total);
        var full = (int)(part * BarWidth);
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('-', BarWidth - full)}] {(int)(part * 100)}%");
    }
}
