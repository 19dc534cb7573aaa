using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What shall be done in the world after a transition: data, carried out in order by one interpreter.</summary>
public abstract record Effect
{
    /// <summary>Start the main process.</summary>
    public sealed record SpawnMain : Effect;

    /// <summary>Run a command beside it; its end comes back as <see cref="JobEvent.StepEnded"/>.</summary>
    public sealed record RunStep(StepKind Kind, int Index, CommandStep Step) : Effect;

    /// <summary>
    /// End the steps that run, with all their descendants: SIGKILL at once, or SIGTERM and SIGKILL 2 s later. Each end comes back as
    /// <see cref="JobEvent.StepEnded"/>.
    /// </summary>
    public sealed record CancelSteps(bool AtOnce) : Effect;

    /// <summary>Signal the main process or its group; SIGCONT follows.</summary>
    public sealed record SendSignal(Signal Signal, SignalTarget To) : Effect;

    /// <summary>Signal the group and the orphans of the run, living or left over; SIGCONT follows. An empty one comes back as LeftoversGone.</summary>
    public sealed record SignalAll(Signal Signal) : Effect;

    /// <summary>Ask a probe that is no command; comes back as <see cref="JobEvent.Probed"/>.</summary>
    public sealed record AskProbe(ProbeSpec Probe) : Effect;

    /// <summary>Take over the last output; comes back as <see cref="JobEvent.LogDrained"/>.</summary>
    public sealed record DrainLog : Effect;

    /// <summary>Say what happened and what comes next.</summary>
    public sealed record Tell(StoryLevel Level, string Text) : Effect;

    private Effect()
    {
    }
}

/// <summary>Commands that run beside the main process.</summary>
public enum StepKind
{
    /// <summary>before_start</summary>
    BeforeStart,
    /// <summary>a <c>run</c> step of stop</summary>
    Stop,
    /// <summary>on_failure</summary>
    OnFailure,
    /// <summary>reload</summary>
    Reload,
    /// <summary>an <c>exec</c> probe of ready or health; its end comes back as <see cref="JobEvent.Probed"/></summary>
    Probe,
    /// <summary>a hook of cleanup</summary>
    Cleanup,
}
