using Serilog.Events;
using Supervisor.Cli;
using Supervisor.Control;
using Supervisor.Jobs;
using Supervisor.Logs;
using Supervisor.Upgrade;

namespace Supervisor.Hosting;

/// <summary>
/// <c>supervisor run --check-state</c>: what a running supervisor asks of the program that is to take its place. Reads all that it would go on from, touches
/// nothing, and answers <c>ok VERSION</c>, or why it could not.
/// </summary>
internal static class StateCheck
{
    /// <summary>Does it; the exit code.</summary>
    public static int Run(RunOptions options, StandardError output)
    {
        try
        {
            if (OwnProgram.TakeHandover() is not { } state)
            {
                return Refuse(output, $"--check-state is for a supervisor that is being upgraded: there is no state in {HandoverFile.Variable}");
            }

            var configuration = new RunConfiguration(options).Read(state.Configuration);
            if (configuration.Spec is null)
            {
                return Refuse(output, $"version {SupervisorVersion.Text} finds {InWords.Count(configuration.Problems.Length, "problem")} in the configuration in force:\n{string.Join('\n', configuration.Problems)}");
            }

            JobLogs.Check(state.Parts.TryGetValue(JobLogs.PartName, out var logs) ? logs : null);
            output.Line($"ok {SupervisorVersion.Text}");
            return 0;
        }
        catch (Exception refused) when (refused is HandoverException or System.Text.Json.JsonException)
        {
            return Refuse(output, refused.Message);
        }
    }

    private static int Refuse(StandardError output, string why)
    {
        output.Line(why);
        return 1;
    }
}
