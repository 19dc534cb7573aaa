using Supervisor.Jobs.Ports;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class SlowStartTests
{
    [Fact]
    public void A_start_that_takes_long_is_told_in_status_until_it_is_over()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.ReportsAtOnce = false;
        simulation.Boot();
        var start = simulation.Kernel.Unreported[0];

        simulation.Engine.Post(new SpawnSlow(start.SpawnId, TimeSpan.FromSeconds(10)));
        simulation.Settle();
        Assert.Equal("its start has taken 10 s so far", simulation["web"].StatusText);

        simulation.Kernel.Reports(start);
        simulation.Settle();
        Assert.Null(simulation["web"].StatusText);
    }

    [Fact]
    public void News_of_a_slow_start_that_comes_after_its_report_is_stale()
    {
        var simulation = new Simulation(Job("web")).Boot();

        simulation.Engine.Post(new SpawnSlow(simulation.Kernel.Main("web").Request.SpawnId, TimeSpan.FromSeconds(10)));
        simulation.Settle();

        Assert.Null(simulation["web"].StatusText);
    }
}
