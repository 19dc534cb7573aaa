using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>
/// The cleanup hooks that an attempt owes: plain data, a part of <see cref="JobState"/>. What the journal holds of it is written by the difference of
/// two of these (<see cref="CleanupRecords"/>).
/// </summary>
public sealed record OwedCleanup
{
    /// <summary>How many hooks may be registered for an attempt.</summary>
    public const int Most = 1000;

    /// <summary>Names it in the journal: the invocation id of the attempt.</summary>
    public required string Id { get; init; }

    /// <summary>As what the hooks run, whatever the configuration says by then; <see cref="ProcessSpec.Command"/> is each hook's own.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>The hooks that have not begun, oldest first: the last one is next.</summary>
    public required Sequence<OwedHook> Hooks { get; init; }

    /// <summary>How many were ever registered for the attempt: the number of the next one.</summary>
    public required int Registered { get; init; }

    /// <summary>How the attempt ended, in the variables that hooks get; null: it has not.</summary>
    public Sequence<EnvironmentVariable>? Cause { get; init; }

    /// <summary>Whether the attempt was called off before anything of it ran: then it has no exit record.</summary>
    public bool CalledOff { get; init; }

    /// <summary>Whether it is owed from elsewhere: by an attempt of the supervisor before, or by the supervisor itself.</summary>
    public bool IsInherited { get; init; }

    /// <summary>The hook that has begun and has not been told as ended.</summary>
    public OwedHook? Running { get; init; }

    /// <summary>What an attempt owes from its beginning; null: nothing.</summary>
    public static OwedCleanup? Of(string id, ProcessSpec process, Sequence<CleanupHook> hooks) => hooks.Count == 0 ? null : new()
    {
        Id = id,
        Process = process,
        Hooks = hooks.Select((hook, number) => new OwedHook(number, hook)).ToSequence(),
        Registered = hooks.Count,
    };

    /// <summary>One more.</summary>
    public OwedCleanup With(CleanupHook hook) => this with { Hooks = [.. Hooks, new(Registered, hook)], Registered = Registered + 1 };

    /// <summary>The next hook begins: what does not apply to this end is left out. Null: there is none left.</summary>
    public OwedCleanup? BeginNext()
    {
        for (var index = Hooks.Count - 1; index >= 0; index--)
        {
            if (Applies(Hooks[index].Hook.On, Cause ?? []))
            {
                return this with { Hooks = Hooks.Take(index).ToSequence(), Running = Hooks[index] };
            }
        }

        return null;
    }

    private static bool Applies(HookCondition on, Sequence<EnvironmentVariable> cause) => on switch
    {
        HookCondition.Success => ValueOf(cause, "SERVICE_RESULT") == "success",
        HookCondition.Failure => ValueOf(cause, "SERVICE_RESULT") != "success",
        HookCondition.Signal => ValueOf(cause, "EXIT_CODE") is "killed" or "dumped",
        _ => true,
    };

    private static string? ValueOf(Sequence<EnvironmentVariable> variables, string name) => variables.FirstOrDefault(variable => variable.Name == name).Value;
}

/// <summary>One hook, with its number among those of its attempt.</summary>
public readonly record struct OwedHook(int Number, CleanupHook Hook);
