using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class BusyPipesTests
{
    private const int Capacity = 1024 * 1024;

    [Theory]
    [InlineData(100_000, 1.0, 2)] // 100 MB/s: a third of it is full after 3 ms
    [InlineData(300_000, 1.0, 1)]
    [InlineData(600_000, 1.0, 0)]
    [InlineData(1_000_000, 4.0, 1)]
    [InlineData(0, 0.0, 0)]
    [InlineData(0, 2.0, 2)]
    public void A_pipe_is_left_alone_until_it_could_be_a_third_full(int moved, double elapsed, int rest) =>
        Assert.Equal(rest, BusyPipes.RestAfter(moved, isEmpty: true, elapsed, Capacity));

    // A console takes 32 KiB in a turn: by that alone it would be slow, and the pipe is full.
    [Fact]
    public void What_was_not_emptied_is_not_left_alone() => Assert.Equal(0, BusyPipes.RestAfter(32 * 1024, isEmpty: false, 2.0, Capacity));

    [Fact]
    public void A_pipe_that_could_not_be_made_larger_fills_sooner() => Assert.Equal(0, BusyPipes.RestAfter(100_000, isEmpty: true, 1.0, 64 * 1024));
}
