using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Restarts the instances of jobs in turn: the next one goes when the last one is up. Where an extra instance can serve meanwhile it is started before, and nothing
/// is touched until it is ready, so that never fewer serve than before.
/// </summary>
internal sealed class RollingRestarts(Dependencies dependencies, Turns turns, ExtraInstances extras, Story story, EngineClock clock)
{
    private readonly List<Roll> _rolls = [];

    private Dependencies Dependencies => dependencies;

    private Turns Turns => turns;

    private ExtraInstances Extras => extras;

    /// <summary>Begins one.</summary>
    public void Begin(IReadOnlyList<JobSlot> slots, PendingOperation pending, bool wait)
    {
        _rolls.RemoveAll(roll => roll.Pending.IsOver);
        if (slots.FirstOrDefault(slot => _rolls.Exists(roll => roll.Includes(slot.Name.Job))) is { } busy)
        {
            pending.Abort(OperationOutcome.Refused, $"a rolling restart of {busy.Name.Job} is under way: nothing was restarted; ask again when it is over");
            return;
        }

        if (!wait)
        {
            pending.AnswerEarly([.. slots.Select(Judgements.Accepted).OfType<InstanceResult>()]);
        }

        var roll = new Roll(this, slots, pending);
        _rolls.Add(roll);
        roll.NextJob();
    }

    // One is needed only where somebody is taken down who serves, and helps only where it gets what the others would have got.
    private bool WantsExtra(IReadOnlyList<JobSlot> slots)
    {
        if (slots.FirstOrDefault(slot => slot.State.Phase.IsUp()) is not { Spec: { Kind: JobKind.Service, Surge: not 0 } spec } slot)
        {
            return false;
        }

        return spec.Surge is 1 || (spec.Sockets.Count > 0 && ExtraInstances.SpecOf(slot.Definition, extras.NextIndex(slot.Name.Job)).Sockets.Equals(spec.Sockets));
    }

    private void TellEnd(string message) => story.TellOfSupervisor(StoryLevel.Warning, $"a rolling restart has ended early: {message}", clock.Now);

    /// <summary>One that is under way: its jobs one after the other, and of each its instances.</summary>
    private sealed class Roll
    {
        private const string Refusal = "the supervisor is stopping: nothing was restarted";

        private readonly RollingRestarts _all;
        private readonly Queue<List<JobSlot>> _jobs;
        private readonly HashSet<string> _names;
        private readonly Dictionary<JobSlot, JobSpec> _specs;
        private Queue<JobSlot> _turns = [];
        private JobSlot? _extra;

        public Roll(RollingRestarts all, IReadOnlyList<JobSlot> slots, PendingOperation pending)
        {
            (_all, Pending) = (all, pending);
            _jobs = new(slots.GroupBy(slot => slot.Name.Job).Select(job => job.ToList()));
            _names = [.. slots.Select(slot => slot.Name.Job)];
            _specs = slots.ToDictionary(slot => slot, slot => slot.Spec);
        }

        public PendingOperation Pending { get; }

        public bool Includes(string job) => !Pending.IsOver && _names.Contains(job);

        public void NextJob()
        {
            if (!_jobs.TryDequeue(out var slots))
            {
                return;
            }

            // Those that are not up first: that costs nothing, and tells whether it is worth going on.
            _turns = new(slots.OrderBy(slot => slot.State.Phase.IsUp()));
            if (_all.WantsExtra(slots))
            {
                _all.Turns.Take(() => BringExtra(slots[0]), Pending, Refusal);
            }
            else
            {
                NextInstance();
            }
        }

        private void BringExtra(JobSlot regular)
        {
            // It may have waited for its turn, and an apply may have left nothing to do.
            if (regular.IsRemoved || _turns.All(IsChanged))
            {
                NextInstance();
            }
            else
            {
                _extra = _all.Extras.Bring(regular, Pending);
                AwaitExtra(_extra, result => ExtraFailed(_extra, result));
            }

            _all.Turns.Pass();
        }

        private void AwaitExtra(JobSlot extra, Action<InstanceResult> failed)
        {
            InstanceResult? found = null;
            var serves = Judgements.Serves(extra);
            Pending.Reports = false;
            Pending.Await([new(extra, slot => found = serves(slot))]);
            Pending.Then = () =>
            {
                if (found is { Ok: true })
                {
                    NextInstance();
                }
                else
                {
                    failed(found!);
                }
            };
        }

        private void ExtraFailed(JobSlot extra, InstanceResult result)
        {
            var job = extra.Name.Job;
            var left = _jobs.SelectMany(slots => slots).Select(slot => slot.Name.ToString()).ToList();
            var output = extra.Spec.Log.Stdout.Kind is LogTargetKind.File ? $"; what it wrote is in {extra.Name}.log" : "";
            Pending.Report(result with { Next = $"none: it is stopped{output}" });
            End(extra, $"{job} was not restarted: its extra instance {extra.Name}, which was to serve meanwhile, did not become ready; all others are as they were"
                + (left.Count > 0 ? $" (also {string.Join(", ", left)})" : ""));
        }

        private void NextInstance()
        {
            if (!_turns.TryPeek(out var slot))
            {
                EndJob();
            }
            else if (IsChanged(slot))
            {
                _turns.Dequeue();
                Pending.Report(Judgements.LeftAlone(slot, slot.IsRemoved ? "has been removed from the configuration meanwhile" : "left alone: an apply has changed it meanwhile"));
                NextInstance();
            }
            else if (_extra is { State.Phase: not Phase.Ready } extra && slot.State.Phase.IsUp())
            {
                RecoverExtra(extra);
            }
            else
            {
                Restart(_turns.Dequeue());
            }
        }

        // A change that a running process takes over has restarted nobody.
        private bool IsChanged(JobSlot slot) => slot.IsRemoved || SpecChange.Between(_specs[slot], slot.Spec) is { NeedsRestart: true };

        // It has ended, or is not well: nobody else goes before it is back.
        private void RecoverExtra(JobSlot extra)
        {
            if (!extra.IsRemoved && extra.State.Phase is Phase.Completed)
            {
                _all.Dependencies.Start(extra, byHand: true);
            }

            AwaitExtra(extra, result => Fail($"the extra instance {extra.Name} {result.Message}"));
        }

        private void Restart(JobSlot slot)
        {
            var ran = !slot.State.Phase.HasNoProcess();
            slot.ComesBack = true;
            _all.Dependencies.Stop([slot], "rolling restart");
            Pending.Reports = false;
            Pending.Await([new(slot, Judgements.Stopped)]);
            Pending.Then = () =>
            {
                if (ran && slot is { ComesBack: false, State.Goal: Goal.Down })
                {
                    var result = Judgements.Refused(slot, "was stopped meanwhile");
                    Pending.Report(result);
                    Fail($"{slot.Name} {result.Message}");
                    return;
                }

                Pending.Await([new(slot, Judgements.Started(slot))]);
                _all.Dependencies.Start(slot, byHand: true, run: slot.Spec.Start is StartMode.OnDemand);
                Pending.Then = () =>
                {
                    if (Pending.Results is [.., { Ok: false }])
                    {
                        Fail($"{slot.Name} did not come up again");
                    }
                    else
                    {
                        NextInstance();
                    }
                };
            };
        }

        private void EndJob()
        {
            if (_extra is not { } extra)
            {
                NextJob();
                return;
            }

            _extra = null;
            _all.Extras.End(extra);
            Pending.Reports = false;
            Pending.Await([new(extra, Judgements.Gone)]);
            Pending.Then = NextJob;
        }

        private void Fail(string what)
        {
            var left = _turns.Concat(_jobs.SelectMany(slots => slots)).Select(slot => slot.Name.ToString()).ToList();
            var message = left.Count == 0 ? what : $"{what}; left alone: {string.Join(", ", left)}";
            var extra = _extra;
            if (extra is { IsRemoved: false } && extra.State.Phase.IsUp() && _all.Extras.Missing(extra) is { } missing)
            {
                message += $"; the extra instance {extra.Name} goes on until {missing.Name} is ready (`supervisor stop {extra.Name}` ends it before)";
                extra = null;
            }

            End(extra, message);
        }

        // What is not needed any more is gone when the answer comes.
        private void End(JobSlot? extra, string message)
        {
            _all.TellEnd(message);
            if (extra is null or { IsRemoved: true })
            {
                Pending.Abort(OperationOutcome.Failed, message);
                return;
            }

            _all.Extras.End(extra);
            Pending.Reports = false;
            Pending.Await([new(extra, Judgements.Gone)]);
            Pending.Then = () => Pending.Abort(OperationOutcome.Failed, message);
        }
    }
}
