using System.Collections.Immutable;
using Supervisor.Jobs;

namespace Supervisor.Engine;

/// <summary>
/// An operation that somebody waits for: stages of targets, each judged after every change until it has its result. A stage begins when the one
/// before it is through, so that "restart" is a stop and then a start.
/// </summary>
internal sealed class PendingOperation(TaskCompletionSource<OperationResult> answer, string name = "an operation")
{
    /// <summary>What it is, in words.</summary>
    public string Name => name;

    /// <summary>Whether steps of it are still to come that only this object knows of.</summary>
    public bool HasMore => IsHeld || Then is not null;

    private readonly List<InstanceResult> _results = [];
    private List<Target> _targets = [];
    private OperationResult? _decided;

    /// <summary>Lines of the plan that go with the answer.</summary>
    public ImmutableArray<string> Plan { get; set; } = [];

    /// <summary>What follows when the current stage is through; null: nothing.</summary>
    public Action? Then { get; set; }

    /// <summary>Whether the results of the current stage belong to the answer (a stop that only makes way for a start does not).</summary>
    public bool Reports { get; set; } = true;

    /// <summary>Whether its turn has not come yet: nothing of it is judged.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether nothing follows any more, done or not.</summary>
    public bool IsOver { get; private set; }

    /// <summary>One instance that is waited for.</summary>
    internal sealed class Target(JobSlot slot, Func<JobSlot, InstanceResult?> judge)
    {
        private long _seen = -1;

        /// <summary>The result; null: not yet, or nothing has changed since it was looked at.</summary>
        public InstanceResult? Judge()
        {
            if (_seen == slot.Version)
            {
                return null;
            }

            _seen = slot.Version;
            return judge(slot);
        }
    }

    /// <summary>What has been found so far, of the stages that report.</summary>
    public IReadOnlyList<InstanceResult> Results => _results;

    /// <summary>Begins a stage.</summary>
    public void Await(IEnumerable<Target> targets) => _targets = targets.ToList();

    /// <summary>Adds a result that no stage has found.</summary>
    public void Report(InstanceResult result) => _results.Add(result);

    /// <summary>Looks whether it is done; true when its answer is decided.</summary>
    public bool Advance()
    {
        while (true)
        {
            // Also a later step may have to wait for its turn.
            if (IsHeld)
            {
                return false;
            }

            _targets.RemoveAll(target => target.Judge() is { } result && Keep(result));
            if (_targets.Count > 0)
            {
                return false;
            }

            if (Then is not { } then)
            {
                Answer();
                return true;
            }

            Then = null;
            Reports = true;
            then();
        }
    }

    /// <summary>Answers now that it has been accepted; its stages still follow one another.</summary>
    public void AnswerEarly(ImmutableArray<InstanceResult> accepted) => _decided ??= new(OperationOutcome.Done, null, accepted) { Plan = Plan };

    /// <summary>Answers now, with what there is.</summary>
    public void Abort(OperationOutcome outcome, string message)
    {
        (IsHeld, IsOver) = (false, true);
        _targets = [];
        Then = null;
        _decided ??= new(outcome, message, [.. _results]) { Plan = Plan };
    }

    /// <summary>Hands out the answer once it is decided: after the state that it speaks of has been published. True when that is done.</summary>
    public bool TryDeliver()
    {
        if (_decided is not { } result)
        {
            return false;
        }

        answer.TrySetResult(result);
        return true;
    }

    private bool Keep(InstanceResult result)
    {
        if (Reports)
        {
            _results.Add(result);
        }

        return true;
    }

    private void Answer()
    {
        IsOver = true;
        _decided ??= new(_results.TrueForAll(result => result.Ok) ? OperationOutcome.Done : OperationOutcome.Failed, null, [.. _results]) { Plan = Plan };
    }
}
