using System.Collections.Immutable;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Control.Messages;
using Supervisor.Engine;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>Reads the body of <c>atexit</c>.</summary>
internal static class HookRequests
{
    private const int MostBytes = 128 * 1024;

    /// <summary>The operation.</summary>
    /// <exception cref="RequestException">400.</exception>
    public static RegisterHook Of(ImmutableArray<string> jobs, OperationRequest body)
    {
        if (body.Run is not { Count: > 0 } run || string.IsNullOrEmpty(run[0]) || run.Any(word => word is null || word.Contains('\0')))
        {
            throw RequestException.Bad("atexit: say what to run, a program and its arguments: {\"run\": [\"rm\", \"-f\", \"/run/x\"]}");
        }

        if (run.Sum(word => word.Length) > MostBytes)
        {
            throw RequestException.Bad($"atexit: a command of more than {MostBytes} characters");
        }

        if (jobs.IsEmpty == body.Invocation is null)
        {
            throw RequestException.Bad("atexit: say whose end, either one of \"jobs\" or the \"invocation\" id of the attempt");
        }

        return new(jobs, body.Invocation, new(run.ToSequence(), ConditionOf(body.On), TimeoutOf(body.Timeout)));
    }

    private static HookCondition ConditionOf(string? word) =>
        word is null ? HookCondition.Always
        : Vocabulary.HookCondition.TryFind(word, out var condition) ? condition
        : throw RequestException.Bad($"atexit: 'on' is one of {string.Join(", ", Vocabulary.HookCondition.All)}, not '{word}'");

    private static TimeSpan TimeoutOf(string? text) =>
        text is null ? CommandStep.DefaultTimeout
        : Durations.TryParse(text, out var time) && time > TimeSpan.Zero ? time
        : throw RequestException.Bad($"atexit: 'timeout' is {Durations.Expected}, not '{text}'");
}
