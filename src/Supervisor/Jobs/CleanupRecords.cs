using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What the journal has to learn when the state of an attempt has moved from one to the next.</summary>
public static class CleanupRecords
{
    /// <summary>
    /// The records, in order; <paramref name="mark"/> and <paramref name="boot"/> belong to the hook that begins.
    /// </summary>
    public static IEnumerable<CleanupRecord> Between(JobState before, JobState after, InstanceName? name, int mark, string boot)
    {
        var (was, now) = (before.Cleanup, after.Cleanup);
        if (was is not null && was.Id != now?.Id)
        {
            yield return new CleanupRecord.Closed(was.Id);
            was = null;
        }

        if (now is null)
        {
            yield break;
        }

        if (was is null)
        {
            yield return new CleanupRecord.Owed(
                now.Id, name, after.Attempt, after.AttemptBegan.Wall, now.Process, now.Hooks.Select(owed => owed.Hook).ToSequence());
        }
        else
        {
            foreach (var (number, hook) in now.Hooks.Where(owed => owed.Number >= was.Registered))
            {
                yield return new CleanupRecord.Registered(now.Id, number, hook);
            }
        }

        if (now.Cause is { } cause && was?.Cause is null)
        {
            yield return new CleanupRecord.Ended(now.Id, cause, now.CalledOff);
        }

        if (was?.Running is { } ended && now.Running != ended)
        {
            yield return new CleanupRecord.HookDone(now.Id, ended.Number);
        }

        if (now.Running is { } begun && was?.Running != begun)
        {
            yield return new CleanupRecord.HookBegan(now.Id, begun.Number, mark, boot);
        }
    }
}
