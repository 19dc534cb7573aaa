using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The exit record of an attempt of the supervisor before, as far as the journal tells.</summary>
internal static class LostExits
{
    /// <summary>The record.</summary>
    public static ExitRecord Of(OwedEntry entry, Sequence<EnvironmentVariable> cause, Instant now)
    {
        var values = cause.ToDictionary(variable => variable.Name, variable => variable.Value);
        var status = StatusOf(values.GetValueOrDefault("EXIT_CODE"), values.GetValueOrDefault("EXIT_STATUS"));
        var length = now.Wall - entry.Began;
        return new()
        {
            Attempt = entry.Attempt,
            InvocationId = entry.Id,
            Cause = status switch
            {
                null => ExitCause.Lost,
                { CoreDumped: true } => ExitCause.Core,
                { Signal: not null } => ExitCause.Signal,
                _ => ExitCause.Exited,
            },
            Pid = int.TryParse(values.GetValueOrDefault("MAINPID"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null,
            Status = status,
            Success = values.GetValueOrDefault("SERVICE_RESULT") == "success",
            Started = entry.Began,
            Ended = now.Wall,
            Duration = length > TimeSpan.Zero ? length : TimeSpan.Zero,
        };
    }

    private static ExitStatus? StatusOf(string? code, string? status) => code switch
    {
        "exited" when int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => ExitStatus.Exited(number),
        "killed" or "dumped" when status is not null && Signal.TryParse(status, out var signal) => ExitStatus.Signaled(signal, code == "dumped"),
        _ => null,
    };
}
