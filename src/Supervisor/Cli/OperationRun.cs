using System.Text.Json;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli;

/// <summary>Carries out an operation of the daemon, shows on a terminal how far it is when it takes a while, then how it went.</summary>
internal static class OperationRun
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(100);
    private static readonly char[] _wheel = ['|', '/', '-', '\\'];

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> DoAsync(CommandContext context, string operation, OperationRequest request, CancellationToken cancellation)
    {
        // Waiting blocks, so somebody else does it where there is something to show meanwhile.
        var answering = context.Terminal.ShowsProgress
            ? Task.Run(() => context.Client.PostAsync(operation, request, cancellation), CancellationToken.None)
            : context.Client.PostAsync(operation, request, cancellation);
        if (context.Terminal.ShowsProgress)
        {
            await ShowProgressAsync(context, operation, request.Jobs ?? [], answering).ConfigureAwait(false);
        }

        var (answer, json) = await answering.ConfigureAwait(false);
        return AnswerText.Show(context, answer, json);
    }

    private static async Task ShowProgressAsync(CommandContext context, string operation, IReadOnlyList<string> jobs, Task answering)
    {
        var began = TimeProvider.System.GetTimestamp();
        await answering.WaitAsync(_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answering.IsCompleted)
        {
            return;
        }

        using var over = new CancellationTokenSource();
        var newest = new Newest();
        var following = FollowAsync(context.Client, jobs, newest, over.Token);
        for (var turn = 0; !answering.IsCompleted; turn++)
        {
            var passed = InWords.Of(TimeProvider.System.GetElapsedTime(began));
            context.Terminal.Progress(PlainText.Of($"{_wheel[turn % _wheel.Length]} {operation}, {passed}   {newest.Text}"));
            await answering.WaitAsync(_frame).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Terminal.Progress("");
        await over.CancelAsync().ConfigureAwait(false);
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // What is shown is a courtesy: when it cannot be had, the operation itself says what is wrong.
    private static async Task FollowAsync(ControlClient client, IReadOnlyList<string> jobs, Newest newest, CancellationToken cancellation)
    {
        var stream = await client.StreamAsync("/v1/events" + JobQuery.Of(jobs, "follow=true", "last=1"), cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream);
            while (await EventReader.NextAsync(reader, cancellation).ConfigureAwait(false) is { } json)
            {
                var happened = JsonSerializer.Deserialize(json, ControlJson.Default.EventMessage)!;
                newest.Text = $"{happened.Job ?? "supervisor"}: {happened.Text}";
            }
        }
    }

    private sealed class Newest
    {
        public volatile string Text = "";
    }
}
