using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

// What is owed at the end of an attempt, as far as it is not the machine's.
internal sealed partial class JobRunner
{
    /// <summary>A write of the journal is through: what waited for it goes on.</summary>
    public void Written(JournalWritten fact) => ledger.Written(fact, (slot, then) => Guard(slot, fact, (_, _) => then()));

    /// <summary>An attempt of the supervisor before is taken over: it is told, then what is owed is due.</summary>
    public void Recover(JobSlot slot, string told, JobEvent.CleanUp due)
    {
        story.Tell(slot, StoryLevel.Warning, told, clock.Now);
        Apply(slot, due);
    }

    /// <summary>Nothing of that attempt lives any more.</summary>
    public void LostEnded(JobSlot slot, string? remark)
    {
        if (remark is not null)
        {
            story.Tell(slot, StoryLevel.Warning, remark, clock.Now);
        }

        Apply(slot, new JobEvent.StepEnded(null));
    }

    /// <summary>Registers a hook for the current attempt, and tells when it is on disk, or why it is not.</summary>
    public void Register(JobSlot slot, JobEvent.RegisterHook hook, Action<string?> written)
    {
        Apply(slot, hook);
        ledger.AnswerWhenWritten(slot, problem =>
        {
            written(problem);
            slot.Changed = true;
        });
    }
}
