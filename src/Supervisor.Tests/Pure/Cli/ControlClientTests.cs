using Supervisor.Cli;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Pure.Cli;

/// <summary>Places at which nobody answers.</summary>
public class ControlClientTests
{
    private static readonly string _long = "/nowhere/" + new string('x', 107);

    [Fact]
    public async Task A_path_that_is_too_long_is_one_of_the_places_that_do_not_answer()
    {
        var failure = await Failure(_long, "/nowhere/sock");

        Assert.Equal(ExitCodes.NoDaemon, failure.ExitCode);
        Assert.StartsWith($"no supervisor answers at {_long} (the path is too long for a socket) nor at /nowhere/sock (there is no such socket)\n", failure.Message);
    }

    [Fact]
    public async Task Where_there_is_no_other_it_is_the_users_mistake()
    {
        var failure = await Failure(_long);

        Assert.Equal((ExitCodes.Usage, $"the socket's path is too long: {_long}"), (failure.ExitCode, failure.Message));
    }

    private static Task<CommandFailure> Failure(params string[] places) =>
        Assert.ThrowsAsync<CommandFailure>(() => new ControlClient(places).PostAsync("stop", new(), ControlJson.Default.OperationAnswer, CancellationToken.None));
}
