using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// The extra instances that rolling restarts bring along so that nobody is missed meanwhile. One that no rolling restart cares for (any more) goes as soon as all
/// instances that its job shall have are up: it may outlive its restart only in the place of one that did not come up again, or that a crash has cut short.
/// </summary>
internal sealed class ExtraInstances(JobTable table, Dependencies dependencies, Story story, EngineClock clock, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    private const string RestartIsOver = "the rolling restart is over";

    private readonly List<JobSlot> _present = [];

    /// <summary>The extra instance with a number: like any other, but what it comes to in the end concerns nobody.</summary>
    public static JobSpec SpecOf(JobDefinition definition, int index) => definition.Instance(index) with
    {
        Name = new(definition.Name, index, IsNumbered: true),
        Start = StartMode.Auto,
        Essential = false,
        OnFailure = [],
    };

    /// <summary>The number of the next instance of a job.</summary>
    public int NextIndex(string job) => table.Of(job).Max(slot => slot.Name.Index) + 1;

    /// <summary>Starts the extra instance of a job for an operation that holds it from now on; one that is left of an earlier one serves as well.</summary>
    public JobSlot Bring(JobSlot regular, PendingOperation holder)
    {
        var extra = table.Of(regular.Name.Job).FirstOrDefault(slot => slot.IsExtra);
        if (extra is null)
        {
            extra = newSlot(regular.Definition, SpecOf(regular.Definition, NextIndex(regular.Name.Job)));
            _present.Add(extra);
            var last = table.Of(regular.Name.Job)[^1];
            table.Replace(table.All.SelectMany(slot => slot == last ? [slot, extra] : (IEnumerable<JobSlot>)[slot]));
        }

        (extra.HeldBy, extra.ExtraUntil) = (holder, RestartIsOver);
        story.Tell(extra, StoryLevel.Information, $"extra instance: it serves while {regular.Name.Job} is restarted in turn (rolling restart)", clock.Now);
        dependencies.Start(extra, byHand: true);
        return extra;
    }

    /// <summary>It goes now, whoever is missing.</summary>
    public void End(JobSlot extra)
    {
        extra.HeldBy = null;
        if (!extra.IsRemoved)
        {
            dependencies.Stop([extra], RestartIsOver);
        }
    }

    /// <summary>An earlier image has brought it along.</summary>
    public void GoOn(JobSlot extra) => _present.Add(extra);

    /// <summary>The instance in whose place an extra one is still needed; null: there is none.</summary>
    public JobSlot? Missing(JobSlot extra) => table.Wanted(extra.Name.Job).FirstOrDefault(slot => slot.ComesBack
        || (slot.State.Goal is Goal.Up && slot.State.Phase is not (Phase.Ready or Phase.Completed or Phase.Scheduled or Phase.Listening)));

    // After a crash the sockets may be open in the extra one alone: as long as it has them nobody can open them again.
    private static bool IsInTheWay(JobSlot missing) =>
        missing.State is { Phase: Phase.Backoff or Phase.Failed, Exits: [{ Failure.Step: ExecStep.OpenSockets }, ..] };

    /// <summary>Something has changed: looks which are not needed any more, and which have ended. True when something follows from that.</summary>
    public bool Advance()
    {
        var followed = false;
        for (var index = _present.Count - 1; index >= 0; index--)
        {
            followed |= Look(_present[index]);
        }

        return followed;
    }

    private bool Look(JobSlot extra)
    {
        if (extra.IsRemoved)
        {
            return _present.Remove(extra);
        }

        if (extra.HeldBy is { IsOver: false })
        {
            return false;
        }

        if (extra.State.Phase.IsAtRest() && extra.StopOrdered is null && extra.Steps.Count == 0)
        {
            extra.Remove();
            table.Replace(table.All.Where(slot => slot != extra));
            return _present.Remove(extra);
        }

        if (extra.StopOrdered is not null || extra.State.Goal is Goal.Down)
        {
            return false;
        }

        if (Missing(extra) is { } missing && !IsInTheWay(missing))
        {
            extra.ExtraUntil = $"{missing.Name} is ready";
            return false;
        }

        End(extra);
        return true;
    }
}
