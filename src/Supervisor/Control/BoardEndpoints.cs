using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Control;

/// <summary>State boards and regions: read from shared memory at the moment of the question, neither engine nor jobs are asked.</summary>
internal sealed class BoardEndpoints(ControlOptions options)
{
    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        new ApiDescription("The state boards of jobs, read from shared memory without asking the jobs.")
        { Answer = ControlJson.Default.BoardsMessage, Query = [ApiParameter.Jobs], OtherStatuses = [404] }
            .Map(routes, "GET", "/v1/boards", context =>
            {
                var jobs = JobSelector.Select(options.Supervisor.Snapshot, context.Request.Query.Jobs());
                return Answers.JsonAsync(context, new BoardsMessage([.. jobs.Select(Read).OfType<BoardMessage>()]), ControlJson.Default.BoardsMessage);
            });
        new ApiDescription("The regions of shared memory, with what of them is resident.") { Answer = ControlJson.Default.RegionsMessage }
            .Map(routes, "GET", "/v1/regions", context => Answers.JsonAsync(
                context, new RegionsMessage([.. (options.Boards?.Regions() ?? []).Select(Of)]), ControlJson.Default.RegionsMessage));
    }

    private BoardMessage? Read(InstanceSnapshot instance) => options.Boards?.Read(instance.Name) is { } board ? Of(instance, board) : null;

    private static BoardMessage Of(InstanceSnapshot instance, BoardSnapshot board) => new(
        instance.Name.ToString(),
        board.Heartbeat,
        board.HeartbeatAge is { } age ? Math.Round(age.TotalSeconds, 3) : null,
        board.Phase switch
        {
            BoardPhase.Starting => "starting",
            BoardPhase.Ready => "ready",
            BoardPhase.Stopping => "stopping",
            _ => null,
        },
        board.Progress is { } progress ? new(progress.Done, progress.Total) : null,
        board.StatusText,
        [.. board.Counters.Select(counter => new CounterMessage(counter.Name, counter.IsGauge ? "gauge" : "counter", counter.IsGauge ? (long)counter.Bits : counter.Bits))],
        board.Problems);

    private static RegionMessage Of(RegionUsage region) => new(region.Name, region.Size, region.Resident, [.. region.Users.Select(user => user.ToString())]);
}
