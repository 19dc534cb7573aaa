namespace Supervisor.Specs;

/// <summary>When, how soon and how often a job is started again.</summary>
public sealed record RestartSpec
{
    /// <summary>systemd's clean set: code 0, and the signals by which programs are asked to end.</summary>
    public static readonly Sequence<ExitMatch> DefaultSuccess =
        [ExitMatch.OfCode(0), ExitMatch.OfSignal(Signal.Hup), ExitMatch.OfSignal(Signal.Int), ExitMatch.OfSignal(Signal.Term), ExitMatch.OfSignal(Signal.Pipe)];

    /// <summary>What a job has that says nothing.</summary>
    public static readonly RestartSpec Default = new();

    /// <summary>After which ends.</summary>
    public RestartPolicy Policy { get; init; } = RestartPolicy.OnFailure;

    /// <summary>Delay before the first restart.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>By how much each further delay is longer than the one before (1 or more).</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Longest delay.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Random part of a delay, as a fraction 0..1, in both directions.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>A run that stayed up this long sets the delay back to the first one.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Restarts allowed within <see cref="Within"/>; null: no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Window of <see cref="Limit"/>; null: since the last manual start or reset.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>At the limit: null gives the job up; a delay tries again after it.</summary>
    public TimeSpan? RetryAfterLimit { get; init; }

    /// <summary>Ends that count as success.</summary>
    public Sequence<ExitMatch> Success { get; init; } = DefaultSuccess;

    /// <summary>Ends after which the job is never restarted (wins over everything).</summary>
    public Sequence<ExitMatch> NeverOn { get; init; } = [];

    /// <summary>Ends after which the job is always restarted (wins over the policy).</summary>
    public Sequence<ExitMatch> AlwaysOn { get; init; } = [];
}

/// <summary>Restart policies.</summary>
public enum RestartPolicy
{
    /// <summary>After every end that was not success.</summary>
    OnFailure,
    /// <summary>After every end.</summary>
    Always,
    /// <summary>After none.</summary>
    Never,
}

/// <summary>An exit code or a signal in a list of ends.</summary>
public readonly record struct ExitMatch(int? Code, Signal? Signal)
{
    /// <summary>An exit code, 0..255.</summary>
    public static ExitMatch OfCode(int code) => new(code, null);

    /// <summary>A signal.</summary>
    public static ExitMatch OfSignal(Signal signal) => new(null, signal);

    /// <inheritdoc/>
    public override string ToString() => Code?.ToString() ?? Signal?.Name ?? "";
}
