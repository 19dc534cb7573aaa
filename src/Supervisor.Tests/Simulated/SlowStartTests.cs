using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>A start that hangs, as on a file system that does not answer.</summary>
public class SlowStartTests
{
    private const string Told = "its start has taken 10 s so far";

    [Fact]
    public void A_start_that_takes_long_is_told_in_status_until_it_is_over()
    {
        var simulation = Boot("web");

        simulation.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Null(simulation["web"].StatusText);

        simulation.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Told, simulation["web"].StatusText);

        ReportNext(simulation);
        Assert.Null(simulation["web"].StatusText);
    }

    [Fact]
    public void It_is_told_once()
    {
        var simulation = Boot("web");

        simulation.Advance(TimeSpan.FromSeconds(60));

        Assert.Single(simulation.Told, told => told.Line.Text.StartsWith(Told, StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_told_once_although_others_are_reported_meanwhile()
    {
        var simulation = Boot("a", "b");
        simulation.Advance(TimeSpan.FromSeconds(10));

        simulation.Kernel.Reports(simulation.Kernel.Unreported[1]);
        simulation.Settle();
        simulation.Advance(TimeSpan.FromSeconds(60));

        Assert.Single(simulation.Told, told => told.Line.Text.StartsWith("its start has taken", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_waits_behind_others_has_its_own_ten_seconds()
    {
        var simulation = Boot("a", "b");

        simulation.Advance(TimeSpan.FromSeconds(6));
        ReportNext(simulation);
        simulation.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Null(simulation["b"].StatusText);

        simulation.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Told, simulation["b"].StatusText);
    }

    [Fact]
    public void After_one_that_hung_the_next_one_that_hangs_is_told_too()
    {
        var simulation = Boot("a", "b");

        simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((Told, null), (simulation["a"].StatusText, simulation["b"].StatusText));

        ReportNext(simulation);
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((null, Told), (simulation["a"].StatusText, simulation["b"].StatusText));
    }

    [Fact]
    public void One_of_the_supervisors_own_programs_may_hang_before_it()
    {
        var simulation = new Simulation(Job("web") with { Start = StartMode.Manual });
        simulation.Kernel.ReportsAtOnce = false;
        simulation.Boot();
        _ = simulation.Engine.Run(new() { Process = new() { Command = ["errand"] }, Stdio = StdioTargets.None, Limit = TimeSpan.FromSeconds(1) });
        simulation.Settle();

        simulation.Advance(TimeSpan.FromSeconds(15));
        _ = simulation.Submit(new StartJobs(["web"]));
        ReportNext(simulation);
        simulation.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Told, simulation["web"].StatusText);
    }

    [Fact]
    public void When_all_are_reported_there_is_nothing_to_wake_up_for()
    {
        var simulation = Boot("a", "b");
        Assert.NotNull(simulation.NextDeadline);

        ReportNext(simulation);
        ReportNext(simulation);

        Assert.Null(simulation.NextDeadline);
    }

    private static Simulation Boot(params string[] names)
    {
        var simulation = new Simulation([.. names.Select(Job)]);
        simulation.Kernel.ReportsAtOnce = false;
        return simulation.Boot();
    }

    private static void ReportNext(Simulation simulation)
    {
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Settle();
    }
}
