using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Numbers what is told and passes it on.</summary>
internal sealed class Story(IStoryListener listener)
{
    private const int KeptLines = 40;

    /// <summary>Number of the newest line.</summary>
    public long Sequence { get; private set; }

    /// <summary>A turn is over.</summary>
    public void TurnEnded() => listener.TurnEnded();

    /// <summary>Goes on after the newest line of the image before this one.</summary>
    public void GoOn(long sequence) => Sequence = sequence;

    /// <summary>Tells something about the supervisor itself.</summary>
    public void TellOfSupervisor(StoryLevel level, string text, Instant now) =>
        listener.Told(null, new(++Sequence, now.Wall, 0, PublicState.Running, level, text));

    /// <summary>Tells a change of phase that nothing else was told of: the event stream misses none.</summary>
    public void Note(JobSlot slot, Instant now)
    {
        if (!slot.IsSupervisor)
        {
            listener.Told(slot.Name, Line(slot, StoryLevel.Detail, InWords.Of(slot.State.Phase), now));
        }
    }

    /// <summary>Tells something about an instance, and keeps it there.</summary>
    public void Tell(JobSlot slot, StoryLevel level, string text, Instant now)
    {
        if (slot.IsSupervisor)
        {
            TellOfSupervisor(level, text, now);
            return;
        }

        var line = Line(slot, level, text, now);
        slot.Story = slot.Story.Length < KeptLines ? slot.Story.Add(line) : [.. slot.Story.AsSpan()[1..], line];
        slot.Changed = true;
        listener.Told(slot.Name, line);
    }

    private StoryLine Line(JobSlot slot, StoryLevel level, string text, Instant now) =>
        new(++Sequence, now.Wall, slot.State.Attempt, PublicStates.Of(slot.State), level, text);
}
