using Microsoft.Extensions.Time.Testing;
using Supervisor.Jobs.Ports;
using Supervisor.Processes;

namespace Supervisor.Tests.Pure.Processes;

public class SlowStartWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Inbox _inbox = new();

    [Fact]
    public void A_start_of_ten_seconds_is_told_once()
    {
        using var watch = new SlowStartWatch(_inbox, _time);

        watch.Begin(7);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(_inbox.Facts);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal([new SpawnSlow(7, TimeSpan.FromSeconds(10))], _inbox.Facts);
    }

    [Fact]
    public void A_start_that_is_over_is_not_told_and_the_next_one_has_its_own_ten_seconds()
    {
        using var watch = new SlowStartWatch(_inbox, _time);

        watch.Begin(1);
        _time.Advance(TimeSpan.FromSeconds(6));
        watch.End();
        watch.Begin(2);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Empty(_inbox.Facts);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal([new SpawnSlow(2, TimeSpan.FromSeconds(10))], _inbox.Facts);
    }

    [Fact]
    public void After_one_that_hung_the_next_one_that_hangs_is_told_too()
    {
        using var watch = new SlowStartWatch(_inbox, _time);

        watch.Begin(1);
        _time.Advance(TimeSpan.FromSeconds(11));
        watch.End();
        _time.Advance(TimeSpan.FromSeconds(60));
        watch.Begin(2);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal([new SpawnSlow(1, TimeSpan.FromSeconds(10)), new SpawnSlow(2, TimeSpan.FromSeconds(10))], _inbox.Facts);
    }

    [Fact]
    public void The_start_can_end_while_it_is_told()
    {
        using var watch = new SlowStartWatch(_inbox, _time);
        var ended = false;
        _inbox.WhenPosted = () => ended = Task.Run(watch.End).Wait(TimeSpan.FromSeconds(20));

        watch.Begin(1);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(ended, "a lock is held around the inbox");
    }

    private sealed class Inbox : IEngineInbox
    {
        public List<EngineFact> Facts { get; } = [];

        public Action WhenPosted { get; set; } = () => { };

        public void Post(EngineFact fact)
        {
            Facts.Add(fact);
            WhenPosted();
        }
    }
}
