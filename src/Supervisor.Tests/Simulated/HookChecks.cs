using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>What must always be true of cleanup hooks, seen from the kernel and the journal; over several supervisors, if need be.</summary>
internal sealed class HookChecks(FakeJournal journal)
{
    private readonly Dictionary<string, List<string>> _started = [];

    /// <summary>How many hooks were started.</summary>
    public int Count => _started.Values.Sum(hooks => hooks.Count);

    /// <summary>A process is about to be started.</summary>
    public void CheckStart(StartRequest request)
    {
        var id = request.InvocationId;
        var owes = journal.HandedIn.Exists(record => record.Id == id && record is CleanupRecord.Owed);
        if (request.Process.Command[0] != "hook")
        {
            // What gives it up runs after them, and is of the same attempt.
            Assert.False(request.Process.Command[0] == "main" && _started.ContainsKey(id), "a process of an attempt whose hooks have begun");
            Assert.True(!owes || journal.Answered.Contains(id), "started before what it owes was on disk");
            return;
        }

        Assert.True(owes, "a hook that nobody owes");
        Assert.True(request.OutlivesSupervisor);
        Assert.Contains(request.SupervisorVariables, variable => variable.Name == "SERVICE_RESULT");
        if (!_started.TryGetValue(id, out var before))
        {
            _started[id] = before = [];
        }

        var hook = request.Process.Command[1];
        Assert.False(before.Contains(hook), $"hook {hook} of {id} was started twice");
        Assert.False(before.Exists(earlier => Number(earlier) < Number(hook) && !hook.StartsWith("registered", StringComparison.Ordinal)), "not newest first");
        before.Add(hook);
    }

    /// <summary>Everything is over: whatever was owed has been started, once, if it applied.</summary>
    public void CheckEnd() => CheckEnd(journal.HandedIn);

    /// <summary>The same when supervisors were killed: what did not come to the disk was not promised.</summary>
    public void CheckEndOnDisk() => CheckEnd(journal.OnDisk);

    private void CheckEnd(List<CleanupRecord> all)
    {
        foreach (var owed in all.OfType<CleanupRecord.Owed>())
        {
            var records = all.Where(record => record.Id == owed.Id).ToList();
            Assert.True(records[^1] is CleanupRecord.Closed, $"{owed.Name}: something is still owed");
            // How it ended is not written when no hook wants to know.
            var cause = records.OfType<CleanupRecord.Ended>().LastOrDefault()?.Cause ?? [];
            var none = cause.Count == 0;
            var due = owed.Hooks.Concat(records.OfType<CleanupRecord.Registered>().Select(one => one.Hook)).Where(hook => none ? hook.On is HookCondition.Always : Applies(hook.On, cause)).Select(hook => hook.Command[1]);
            Assert.Equal(due.Order(), (_started.GetValueOrDefault(owed.Id) ?? []).Order());
        }
    }

    private static int Number(string hook) => hook.StartsWith("registered", StringComparison.Ordinal) ? 1000 : int.Parse(hook);

    private static bool Applies(HookCondition on, Sequence<EnvironmentVariable> cause)
    {
        var success = cause.Contains(new("SERVICE_RESULT", "success"));
        return on switch
        {
            HookCondition.Success => success,
            HookCondition.Failure => !success,
            HookCondition.Signal => cause.Contains(new("EXIT_CODE", "killed")) || cause.Contains(new("EXIT_CODE", "dumped")),
            _ => true,
        };
    }
}
