using System.Text;
using Supervisor.Jobs;

namespace Supervisor.Systemd;

/// <summary>
/// The line that <c>systemctl status</c> shows: how many jobs there are, how they are, the names of those that are not well, and how those ended that
/// have failed or wait for another attempt.
/// </summary>
public static class StatusLine
{
    private const int NamesShown = 3;

    // In the order in which a reader wants them: trouble is named, good news is counted.
    private static readonly (PublicState State, string Words, bool Named)[] _order =
    [
        (PublicState.Ready, "ready", false),
        (PublicState.Running, "running", false),
        (PublicState.Completed, "completed", false),
        (PublicState.Starting, "starting", true),
        (PublicState.Waiting, "waiting", true),
        (PublicState.Reloading, "reloading", true),
        (PublicState.Stopping, "stopping", true),
        (PublicState.Cleaning, "cleaning up", true),
        (PublicState.Backoff, "in back-off", true),
        (PublicState.Failed, "failed", true),
        (PublicState.Scheduled, "scheduled", false),
        (PublicState.Stopped, "stopped", false),
    ];

    /// <summary><c>12 jobs: 10 ready, 1 in back-off (api: exited with code 3), 1 stopped</c></summary>
    public static string Of(SupervisorSnapshot snapshot)
    {
        var line = new StringBuilder();
        line.Append(snapshot.State switch
        {
            SupervisorState.Starting => "starting, ",
            SupervisorState.Stopping => "stopping, ",
            _ => "",
        });
        // Nobody has configured the extra instance of a rolling restart.
        var jobs = snapshot.Instances.Where(i => !i.IsExtra).ToList();
        line.Append(InWords.Count(jobs.Count, "job"));
        var separator = ": ";
        foreach (var (state, words, named) in _order)
        {
            var those = jobs.FindAll(i => i.State == state);
            if (those.Count == 0)
            {
                continue;
            }

            line.Append(separator).Append(those.Count).Append(' ').Append(words);
            if (named)
            {
                line.Append(" (").AppendJoin(", ", those.Take(NamesShown).Select(Named)).Append(those.Count > NamesShown ? ", ...)" : ")");
            }

            separator = ", ";
        }

        return line.ToString();
    }

    private static string Named(InstanceSnapshot instance) =>
        instance is { State: PublicState.Backoff or PublicState.Failed, LastExit: { } exit } ? $"{instance.Name}: {InWords.HowItEnded(exit)}" : instance.Name.ToString();
}
