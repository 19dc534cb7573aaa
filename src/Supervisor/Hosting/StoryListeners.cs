using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>Tells everything to several listeners, in order.</summary>
internal sealed class StoryListeners(params IStoryListener[] listeners) : IStoryListener
{
    /// <inheritdoc/>
    public void Told(InstanceName? name, StoryLine line)
    {
        foreach (var listener in listeners)
        {
            listener.Told(name, line);
        }
    }

    /// <inheritdoc/>
    public void TurnEnded()
    {
        foreach (var listener in listeners)
        {
            listener.TurnEnded();
        }
    }
}
