using System.Text;
using Supervisor.Jobs;

namespace Supervisor.Systemd;

/// <summary>The line that <c>systemctl status</c> shows: how many jobs there are, how they are, and the names of those that are not well.</summary>
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

    /// <summary><c>12 jobs: 10 ready, 1 in back-off (api), 1 stopped</c></summary>
    public static string Of(SupervisorSnapshot snapshot)
    {
        var line = new StringBuilder();
        line.Append(snapshot.State switch
        {
            SupervisorState.Starting => "starting, ",
            SupervisorState.Stopping => "stopping, ",
            _ => "",
        });
        var count = snapshot.Instances.Length;
        line.Append(count == 1 ? "1 job" : $"{count} jobs");
        var separator = ": ";
        foreach (var (state, words, named) in _order)
        {
            var names = snapshot.Instances.Where(i => i.State == state).Select(i => i.Name.ToString()).ToList();
            if (names.Count == 0)
            {
                continue;
            }

            line.Append(separator).Append(names.Count).Append(' ').Append(words);
            if (named)
            {
                line.Append(" (").AppendJoin(", ", names.Take(NamesShown)).Append(names.Count > NamesShown ? ", ...)" : ")");
            }

            separator = ", ";
        }

        return line.ToString();
    }
}
