using System.CommandLine.Completions;
using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>Names of jobs for the completion of shells: asked of the daemon, and none when it does not answer at once.</summary>
internal static class JobNames
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Jobs, and instances by number.</summary>
    public static IEnumerable<CompletionItem> Of(CompletionContext context) =>
        Ask(context).SelectMany(job => job.Job == job.Name ? [job.Name] : (IEnumerable<string>)[job.Job, job.Name]).Distinct().Select(name => new CompletionItem(name));

    /// <summary>Jobs only, each written by <paramref name="form"/>.</summary>
    public static IEnumerable<CompletionItem> Of(CompletionContext context, Func<string, string> form) =>
        Ask(context).Select(job => job.Job).Distinct().Select(job => new CompletionItem(form(job)));

    private static IReadOnlyList<JobMessage> Ask(CompletionContext context)
    {
        var line = context.ParseResult;
        try
        {
            var client = new ControlClient(DefaultPlaces.Sockets(line.GetValue(CommonOptions.Socket), line.GetValue(CommonOptions.Config)));
            using var limit = new CancellationTokenSource(_patience);
            return client.GetAsync("/v1/status?brief=true", BriefJson.Status, limit.Token).GetAwaiter().GetResult().Value.Jobs;
        }
        catch (Exception nobody) when (nobody is CommandFailure or OperationCanceledException or IOException or InvalidOperationException)
        {
            // Somebody presses TAB while no daemon runs: there is nothing to offer.
            return [];
        }
    }
}
