using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>How a run ended, in the variables that systemd gives to ExecStopPost (systemd.exec(5)).</summary>
public static class ServiceResult
{
    /// <summary>SERVICE_RESULT, and EXIT_CODE, EXIT_STATUS, MAINPID when the main process ran.</summary>
    public static IReadOnlyList<EnvironmentVariable> Variables(ExitRecord? exit)
    {
        if (exit is null)
        {
            return [];
        }

        var variables = new List<EnvironmentVariable> { new("SERVICE_RESULT", Result(exit)) };
        if (exit.Status is { } status)
        {
            variables.Add(new("EXIT_CODE", status.Code is not null ? "exited" : status.CoreDumped ? "dumped" : "killed"));
            variables.Add(new("EXIT_STATUS", status.Code?.ToString() ?? (status.Signal?.Name ?? "")["SIG".Length..]));
        }

        if (exit.Pid is { } pid)
        {
            variables.Add(new("MAINPID", pid.ToString()));
        }

        return variables;
    }

    /// <summary>MAINPID for a step that stops or reloads a process, as systemd gives it to ExecStop and ExecReload.</summary>
    public static IReadOnlyList<EnvironmentVariable> MainProcess(int? pid) => pid is { } running ? [new("MAINPID", running.ToString())] : [];

    private static string Result(ExitRecord exit) => exit.Cause switch
    {
        _ when exit.Success => "success",
        ExitCause.Exited => "exit-code",
        ExitCause.Signal or ExitCause.Killed => "signal",
        ExitCause.Core => "core-dump",
        ExitCause.OomKill => "oom-kill",
        ExitCause.SpawnFailed => "resources",
        ExitCause.Watchdog => "watchdog",
        ExitCause.Unhealthy => "unhealthy",
        ExitCause.StartTimeout or ExitCause.StopTimeout or ExitCause.RuntimeLimit => "timeout",
        _ => "supervisor-lost",
    };
}
