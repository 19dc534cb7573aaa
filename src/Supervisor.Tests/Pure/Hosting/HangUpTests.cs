using Microsoft.Extensions.Time.Testing;
using Supervisor.Hosting;

namespace Supervisor.Tests.Pure.Hosting;

public class HangUpTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void With_an_open_terminal_SIGHUP_is_a_reload() => Assert.False(new HangUp(_time).Explains(isClosed: false));

    [Fact]
    public void One_that_comes_with_the_end_of_the_terminal_is_its_hang_up_also_when_it_is_faster_than_the_news()
    {
        var hangUp = new HangUp(_time);
        Assert.True(hangUp.Explains(isClosed: true));

        _time.Advance(HangUp.Window / 2);
        hangUp.Seen();
        Assert.True(hangUp.Explains(isClosed: true));
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(2, false)]
    public void One_just_before_the_end_of_the_terminal_is_known_by_that_end(double secondsBefore, bool isIts)
    {
        var hangUp = new HangUp(_time);
        Assert.False(hangUp.Explains(isClosed: false));

        _time.Advance(TimeSpan.FromSeconds(secondsBefore));

        Assert.Equal(isIts, hangUp.Seen());
        Assert.False(new HangUp(_time).Seen());
    }

    [Fact]
    public void Who_lives_on_without_a_terminal_can_be_told_to_reload()
    {
        var hangUp = new HangUp(_time);
        hangUp.Seen();
        _time.Advance(HangUp.Window);

        Assert.False(hangUp.Explains(isClosed: true));
        hangUp.Seen();
        Assert.False(hangUp.Explains(isClosed: true));
    }
}
