using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>Who is told every event in words, in order (the log, later the event stream). Called on the engine thread: must not block.</summary>
public interface IStoryListener
{
    /// <summary>Something happened; <paramref name="name"/> is null when it concerns the supervisor itself.</summary>
    void Told(InstanceName? name, StoryLine line);

    /// <summary>A turn of the engine is over, and with it what the lines told since the last call are about. The moment for what takes longer than that.</summary>
    void TurnEnded()
    {
    }
}
