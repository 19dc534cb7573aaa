using Serilog;
using Serilog.Events;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>Writes what the engine tells into the supervisor's log: one line per transition.</summary>
internal sealed class StoryLog(ILogger log) : IStoryListener
{
    /// <inheritdoc/>
    public void Told(InstanceName? name, StoryLine line)
    {
        var level = line.Level switch
        {
            StoryLevel.Error => LogEventLevel.Error,
            StoryLevel.Warning => LogEventLevel.Warning,
            StoryLevel.Detail => LogEventLevel.Debug,
            _ => LogEventLevel.Information,
        };
        var of = name is { } instance ? log.ForContext("Job", instance.ToString()) : log;
        of.Write(level, "{Text:l}", line.Text);
    }

    /// <summary>Something about a job's log that the engine does not know of.</summary>
    public void OfJob(InstanceName name, string text) => log.ForContext("Job", name.ToString()).Warning("{Text:l}", text);
}
