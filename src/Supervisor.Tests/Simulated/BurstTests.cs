using Supervisor.Engine;

namespace Supervisor.Tests.Simulated;

/// <summary>How the engine's thread sleeps while many starts are on their way.</summary>
public class BurstTests
{
    private const int Jobs = 40;

    [Fact]
    public void Reports_run_together_while_many_starts_are_on_their_way_and_nothing_wakes_up_while_one_hangs()
    {
        var sleeper = new Sleeper();
        var simulation = new Simulation([.. Enumerable.Range(0, Jobs).Select(index => Simulation.Job($"job{index}"))]) { Sleeper = sleeper };
        simulation.Kernel.ReportsAtOnce = false;
        sleeper.Then(() => Assert.Equal((Jobs, 0), (simulation.Kernel.Unreported.Count, sleeper.Rests)));
        sleeper.Then(() => simulation.Kernel.Reports(simulation.Kernel.Unreported[0]));
        sleeper.Then(() => Assert.Equal(1, sleeper.Rests)); // after that report; now one hangs
        sleeper.Then(() => Assert.Equal(1, sleeper.Rests));
        sleeper.Then(() =>
        {
            while (simulation.Kernel.Unreported is [var next, ..])
            {
                simulation.Kernel.Reports(next);
            }
        });
        sleeper.Then(() => Assert.Equal(1, sleeper.Rests)); // nothing is on its way any more

        simulation.Engine.Boot();
        Assert.Throws<OperationCanceledException>(simulation.Engine.Run);

        Assert.Equal(Jobs, simulation.Kernel.Living.Count());
    }

    /// <summary>Does one thing each time the engine goes to sleep, and ends its thread when there is no other.</summary>
    private sealed class Sleeper : IWakeup
    {
        private readonly Queue<Action> _script = new();

        public int Rests { get; private set; }

        public void Then(Action action) => _script.Enqueue(action);

        public void Wake()
        {
        }

        public void Rest() => Rests++;

        public bool Sleep(TimeSpan? until)
        {
            if (!_script.TryDequeue(out var action))
            {
                throw new OperationCanceledException();
            }

            action();
            return false;
        }
    }
}
