using Supervisor.Cli;
using Supervisor.Configuration;
using Supervisor.Specs;
using Supervisor.Tests.Pure.Configuration;

namespace Supervisor.Tests.Pure.Cli;

/// <summary>A client looks where a daemon of the same user listens, whatever XDG_RUNTIME_DIR either of them has.</summary>
public sealed class SocketPlacesTests : ConfigurationTest
{
    private const string Session = "/run/user/7/supervisor-daemon/control.sock";
    private const string NoSession = "/home/somebody/.local/state/supervisor-daemon/run/control.sock";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/run/user/7")]
    [InlineData("/tmp/elsewhere")]
    public void The_first_place_is_the_one_that_a_daemon_takes_in_the_same_environment(string? runtimeDirectory)
    {
        var context = ContextWith(runtimeDirectory);

        Assert.Equal(Valid("jobs: {}\n").Daemon.ControlSocket, SocketPlaces.Of(null, context, 7)[0]);
    }

    [Fact]
    public void Root_has_one_place_with_and_without_a_session()
    {
        Assert.Equal([SocketPlaces.OfRoot], SocketPlaces.Of(null, ContextWith(null) with { IsRoot = true }, 0));
        Assert.Equal([SocketPlaces.OfRoot], SocketPlaces.Of(null, ContextWith("/run/user/0") with { IsRoot = true }, 0));
    }

    [Theory]
    [InlineData(null, NoSession, Session)]
    [InlineData("/run/user/7", Session, NoSession)]
    [InlineData("/tmp/x", "/tmp/x/supervisor-daemon/control.sock", NoSession, Session)]
    public void A_daemon_of_another_session_or_of_none_is_found_too(string? runtimeDirectory, params string[] places)
    {
        var context = ContextWith(runtimeDirectory);

        Assert.Equal(places, SocketPlaces.Of(null, context, 7));
        // A configuration that leaves it to the supervisor says the first of them.
        Assert.Equal(places, SocketPlaces.Of(places[0], context, 7));
    }

    [Fact]
    public void What_the_configuration_says_is_the_only_place() => Assert.Equal(["/d/control.sock"], SocketPlaces.Of("/d/control.sock", ContextWith("/run/user/7"), 7));

    [Fact]
    public void Without_a_home_there_is_none()
    {
        Environment.Remove("HOME");
        Assert.Empty(SocketPlaces.Of(null, ContextWith(null), 7));
    }

    private ConfigurationContext ContextWith(string? runtimeDirectory)
    {
        if (runtimeDirectory is not null)
        {
            Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;
        }

        return new(Environment, IsRoot: false, LogTarget.File);
    }
}
