using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Upgrade;

namespace Supervisor.Control;

/// <summary>
/// A live upgrade in two requests, because the one who answers the first may not be the one who answers the second: <c>POST</c> begins it, <c>GET</c> with the
/// count of before tells how it ended, from the old image or from the new one.
/// </summary>
internal sealed class UpgradeEndpoints(IUpgrader upgrader, CancellationToken stopping)
{
    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        new ApiDescription(
            "Replace the program of the supervisor while the jobs run on: the new program tries the present state first, and is refused with its reason when it cannot go on from it.",
            Access.All)
        {
            Members = ["binary"],
            Answer = ControlJson.Default.UpgradeMessage,
            OtherStatuses = [409, 413],
        }.Map(routes, "POST", "/v1/upgrade", BeginAsync);
        new ApiDescription("How upgrades went: with `after`, waits for the end of the one that began when there had been so many.")
        {
            Answer = ControlJson.Default.UpgradeMessage,
            Query = [new("after", "how many upgrades there had been when it began", "integer")],
            OtherStatuses = [409, 503],
        }.Map(routes, "GET", "/v1/upgrade", TellAsync);
    }

    private async Task BeginAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, "upgrade", ["binary"]).ConfigureAwait(false);
        if (body.Binary is { } binary && !Path.IsPathRooted(binary))
        {
            throw RequestException.Bad($"upgrade: 'binary' is an absolute path, not '{binary}'");
        }

        var before = upgrader.Upgrades;
        var begun = await upgrader.Begin(body.Binary).ConfigureAwait(false);
        if (begun.Refusal is { } refusal)
        {
            throw RequestException.Refused($"the supervisor was not upgraded: {refusal}");
        }

        await AnswerAsync(context, before, begun.Version).ConfigureAwait(false);
    }

    private async Task TellAsync(HttpContext context)
    {
        if (context.Request.Query.Number("after") is { } after && after >= upgrader.Upgrades)
        {
            if (!upgrader.IsUnderWay && !upgrader.Outcome.IsCompleted)
            {
                throw RequestException.Refused("no upgrade is under way; the supervisor that had begun one has ended, and this one goes on with its jobs");
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            try
            {
                throw RequestException.Refused($"the supervisor was not upgraded: {await upgrader.Outcome.WaitAsync(end.Token).ConfigureAwait(false)}");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                throw RequestException.NotHealthy("the supervisor is being upgraded: ask again");
            }
        }

        await AnswerAsync(context, upgrader.Upgrades, null).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, int upgrades, string? next) => Answers.JsonAsync(
        context, new UpgradeMessage(SupervisorVersion.Text, Environment.ProcessId, upgrades, next), ControlJson.Default.UpgradeMessage);
}
