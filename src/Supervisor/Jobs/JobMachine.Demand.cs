using Supervisor.Specs;

namespace Supervisor.Jobs;

// What starts by itself at a time or at a connection: where it waits, and what sets it off.
public static partial class JobMachine
{
    /// <summary>Starts by connections that are allowed within <see cref="ActivationWindow"/>: systemd's numbers (TriggerLimitBurst, TriggerLimitIntervalSec).</summary>
    public const int ActivationLimit = 20;

    /// <summary>The window of <see cref="ActivationLimit"/>.</summary>
    public static readonly TimeSpan ActivationWindow = TimeSpan.FromSeconds(2);

    // Where one goes that shall be up and nobody wants to run at this moment.
    private static Phase AtFirst(JobSpec spec) =>
        spec.Schedule is { AtStart: false } ? Phase.Scheduled : spec.Start is StartMode.OnDemand ? Phase.Listening : Phase.Waiting;

    // Where one rests after its end: until its next run, or until the next connection when it has done its work.
    private static Phase AtRest(Phase otherwise, JobState state, JobSpec spec) =>
        spec.Schedule is not null && !state.RunsOnce ? Phase.Scheduled
        : spec.Start is StartMode.OnDemand && otherwise is Phase.Completed ? Phase.Listening
        : otherwise;

    // One that was started again waits for its time or its connection, unless it was a run that was asked for.
    private static Phase Again(JobState state, JobSpec spec) =>
        state.RunWanted ? Phase.Waiting : spec.Schedule is not null ? Phase.Scheduled : spec.Start is StartMode.OnDemand ? Phase.Listening : Phase.Waiting;

    private static string InWordsOf(Phase again) => again switch
    {
        Phase.Scheduled => "waits for its schedule",
        Phase.Listening => "waits for its first connection",
        _ => "starts again by request",
    };

    private static string NextRun(Moment moment) => moment.NextRun is { } next ? $"; next run in {InWords.Of(next - moment.Now.Monotonic)}" : "";

    private static Transition OnConnected(JobState state, JobSpec spec, Moment moment)
    {
        var recent = state.Activations.RemoveAll(at => moment.Now.Monotonic - at > ActivationWindow);
        if (recent.Length >= ActivationLimit)
        {
            // It ends without taking the connection that started it: it would be started for ever.
            var fail = new Effect.Tell(StoryLevel.Error,
                $"{recent.Length} starts by connections within {InWords.Of(ActivationWindow)}: it ends without taking them; given up, and its sockets are closed");
            var last = spec.OnFailure.Count > 0
                ? RunStep(state with { Activations = [] }, Phase.GivingUp, StepKind.OnFailure, 0, spec.OnFailure, moment)
                : Transition.Stay(Enter(state with { Activations = [] }, Phase.Failed, moment));
            return last with { Effects = last.Effects.Insert(0, fail) };
        }

        return new(Enter(state with { Activations = recent.Add(moment.Now.Monotonic), Restarts = 0, History = RestartHistory.None }, Phase.Waiting, moment),
            [Inform("a connection has come: it is started")]);
    }

    private static Transition OnListenFailed(JobState state, SpawnFailure failure, JobSpec spec, Moment moment)
    {
        var history = state.History with { InARow = state.History.InARow + 1 };
        var delay = Backoff.Delay(spec.Restart, history.InARow, moment.Dice);
        return new(state with { History = history, RetryAt = moment.Now.Plus(delay) }, [Warn($"cannot wait for connections: {failure}; tried again in {InWords.Of(delay)}")]);
    }
}
