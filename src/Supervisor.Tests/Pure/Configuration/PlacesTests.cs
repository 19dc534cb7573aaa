namespace Supervisor.Tests.Pure.Configuration;

/// <summary><c>supervisor.directory: auto</c> for other users than root.</summary>
public sealed class PlacesTests : ConfigurationTest
{
    [Fact]
    public void A_user_has_the_places_of_the_XDG_specification()
    {
        Environment["XDG_RUNTIME_DIR"] = "/run/user/7";

        var daemon = Valid("jobs: {}\n").Daemon;

        Assert.Equal(
            ("/run/user/7/supervisor-daemon", "/home/somebody/.local/state/supervisor-daemon", "/home/somebody/.local/state/supervisor-daemon/log", "/run/user/7/supervisor-daemon/control.sock"),
            (daemon.RuntimeDirectory, daemon.StateDirectory, daemon.LogDirectory, daemon.ControlSocket));
    }

    [Fact]
    public void A_service_of_a_user_has_those_that_its_manager_has_made()
    {
        Environment["RUNTIME_DIRECTORY"] = "/run/s:/run/second";
        Environment["STATE_DIRECTORY"] = "/var/lib/s";
        Environment["LOGS_DIRECTORY"] = "/var/log/s";

        var daemon = Valid("jobs: {}\n").Daemon;

        Assert.Equal(
            ("/run/s", "/var/lib/s", "/var/log/s", "/run/s/control.sock"),
            (daemon.RuntimeDirectory, daemon.StateDirectory, daemon.LogDirectory, daemon.ControlSocket));
    }

    [Fact]
    public void One_alone_may_be_somebody_elses()
    {
        Environment["RUNTIME_DIRECTORY"] = "/run/s";
        Environment["STATE_DIRECTORY"] = "relative";
        Environment["LOGS_DIRECTORY"] = "/var/log/s";

        Assert.Equal("/home/somebody/.local/state/supervisor-daemon/run", Valid("jobs: {}\n").Daemon.RuntimeDirectory);
    }
}
