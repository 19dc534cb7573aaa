using Microsoft.Extensions.Time.Testing;
using Supervisor.Hosting;

namespace Supervisor.Tests.Pure.Hosting;

public class StopRequestsTests
{
    [Fact]
    public void One_press_that_arrives_twice_counts_once_and_the_next_one_is_the_second()
    {
        var time = new FakeTimeProvider();
        var requests = new StopRequests(time);

        Assert.False(requests.Arrived());
        Assert.Null(requests.Arrived());
        time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Null(requests.Arrived());
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(requests.Arrived());
        Assert.Null(requests.Arrived());
        time.Advance(StopRequests.SameFor);
        Assert.True(requests.Arrived());
    }
}
