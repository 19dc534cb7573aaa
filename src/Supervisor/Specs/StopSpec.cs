namespace Supervisor.Specs;

/// <summary>
/// How a process is asked to end: steps in order, each with the time it is given; SIGKILL to all follows the last one, and SIGCONT each signal.
/// </summary>
public sealed record StopSpec
{
    /// <summary>SIGTERM to the main process, 10 s.</summary>
    public static readonly StopSpec Default = new() { Steps = [new StopStep(Signal.Term, null, TimeSpan.FromSeconds(10))] };

    /// <summary>Whom the signals of the steps go to.</summary>
    public SignalTarget To { get; init; } = SignalTarget.Main;

    /// <summary>At least one step.</summary>
    public required Sequence<StopStep> Steps { get; init; }
}

/// <summary>One step of a stop: a signal or a command (exactly one), and how long the process is then given.</summary>
/// <param name="Signal">Signal to send.</param>
/// <param name="Run">Command to run; the step ends with the wait, or with the process, whichever is first.</param>
/// <param name="Wait">Time until the next step; zero for a step that is the last word (SIGKILL).</param>
public sealed record StopStep(Signal? Signal, Sequence<string>? Run, TimeSpan Wait);

/// <summary>Who gets a signal.</summary>
public enum SignalTarget
{
    /// <summary>The main process alone.</summary>
    Main,
    /// <summary>The whole process group.</summary>
    Group,
}
