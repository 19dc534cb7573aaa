using Supervisor.Control.Events;
using Supervisor.Jobs;

namespace Supervisor.Tests.Pure.Control;

public class EventRingTests
{
    [Fact]
    public async Task A_reader_gets_what_is_kept_after_its_number()
    {
        var ring = Ring(capacity: 8, events: 5);

        Assert.Equal([3, 4, 5], await Sequences(ring, since: 2));
        Assert.Equal([], await Sequences(ring, since: 5));
    }

    [Fact]
    public async Task A_reader_that_asks_for_what_is_gone_is_told_how_much()
    {
        var ring = Ring(capacity: 8, events: 20);

        var first = await ring.Read(2, follow: false, CancellationToken.None).FirstAsync(TestContext.Current.CancellationToken);

        Assert.Equal(13, first.Line.Sequence);
        Assert.Equal(10, first.Missed);
    }

    [Fact]
    public async Task A_number_from_before_a_restart_gets_everything()
    {
        Assert.Equal([1, 2, 3], await Sequences(Ring(capacity: 8, events: 3), since: 1000));
    }

    [Fact]
    public async Task A_follower_sees_every_event_while_others_write()
    {
        var ring = new EventRing(capacity: 100_000);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var readers = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            var expected = 1L;
            await foreach (var happened in ring.Read(0, follow: true, end.Token))
            {
                Assert.Equal(expected++, happened.Line.Sequence);
                Assert.Equal(0, happened.Missed);
                if (happened.Line.Sequence == 50_000)
                {
                    return;
                }
            }
        })).ToArray();

        await Task.Run(() => Fill(ring, 50_000), TestContext.Current.CancellationToken);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_slow_follower_is_told_what_it_missed_and_loses_nothing_else()
    {
        var ring = new EventRing(capacity: 64);
        var seen = 0L;
        var reader = ring.Read(0, follow: true, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var round = 0; round < 100; round++)
        {
            Fill(ring, 7 * (round % 20) + 1);
            Assert.True(await reader.MoveNextAsync());
            Assert.Equal(seen + reader.Current.Missed + 1, reader.Current.Line.Sequence);
            seen = reader.Current.Line.Sequence;
        }

        await reader.DisposeAsync();
    }

    [Fact]
    public async Task A_follower_gets_what_was_told_before_the_end()
    {
        for (var round = 0; round < 200; round++)
        {
            var ring = new EventRing();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            await using var reader = ring.Read(0, follow: true, end.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
            var next = reader.MoveNextAsync();
            Fill(ring, 2);
            await end.CancelAsync();

            Assert.True(await next);
            Assert.True(await reader.MoveNextAsync());
            Assert.Equal(2, reader.Current.Line.Sequence);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.MoveNextAsync());
        }
    }

    private static EventRing Ring(int capacity, int events)
    {
        var ring = new EventRing(capacity);
        Fill(ring, events);
        return ring;
    }

    private static void Fill(EventRing ring, int events)
    {
        var from = ring.Newest;
        for (var i = 1; i <= events; i++)
        {
            ring.Told(new("web"), new(from + i, DateTimeOffset.UnixEpoch, 1, PublicState.Ready, StoryLevel.Information, "ready"));
        }
    }

    private static async Task<List<long>> Sequences(EventRing ring, long since) =>
        await ring.Read(since, follow: false, CancellationToken.None).Select(happened => happened.Line.Sequence).ToListAsync(TestContext.Current.CancellationToken);
}
