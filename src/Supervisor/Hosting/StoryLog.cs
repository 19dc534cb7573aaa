using Serilog;
using Serilog.Events;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>
/// Writes what the engine tells into the supervisor's log: one line per transition. At the end of its turn: making a line and waking who writes it takes longer than what
/// the line is about, and a restart would wait for it.
/// </summary>
internal sealed class StoryLog(ILogger log) : IStoryListener
{
    private readonly List<(InstanceName? Name, StoryLine Line)> _told = [];

    /// <inheritdoc/>
    public void Told(InstanceName? name, StoryLine line) => _told.Add((name, line));

    /// <inheritdoc/>
    public void TurnEnded()
    {
        foreach (var (name, line) in _told)
        {
            Write(name, line);
        }

        _told.Clear();
    }

    private void Write(InstanceName? name, StoryLine line)
    {
        var level = line.Level switch
        {
            StoryLevel.Error => LogEventLevel.Error,
            StoryLevel.Warning => LogEventLevel.Warning,
            StoryLevel.Detail => LogEventLevel.Debug,
            _ => LogEventLevel.Information,
        };
        if (!log.IsEnabled(level))
        {
            return;
        }

        var of = name is { } instance ? log.ForContext("Job", instance.ToString()) : log;
        of.Write(level, "{Text:l}", line.Text);
    }

    /// <summary>Something about a job's log that the engine does not know of. Any thread.</summary>
    public void OfJob(InstanceName name, string text) => log.ForContext("Job", name.ToString()).Warning("{Text:l}", text);
}
