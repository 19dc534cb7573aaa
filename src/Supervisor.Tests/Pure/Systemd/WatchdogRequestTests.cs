using Supervisor.Systemd;
using Xunit;

namespace Supervisor.Tests.Pure.Systemd;

public class WatchdogRequestTests
{
    [Fact]
    public void Microseconds_are_what_the_manager_counts_in() =>
        Assert.Equal(TimeSpan.FromSeconds(30), WatchdogRequest.Read("30000000", "42", 42));

    [Fact]
    public void Without_a_pid_it_is_meant_for_us() => Assert.Equal(TimeSpan.FromMilliseconds(1), WatchdogRequest.Read("1000", null, 42));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("0", "42")]
    [InlineData("-5", "42")]
    [InlineData("soon", "42")]
    [InlineData("30000000", "43")]
    [InlineData("30000000", "me")]
    [InlineData("99999999999999999999", "42")]
    public void Nothing_nonsense_and_another_process_are_no_request(string? microseconds, string? pid) =>
        Assert.Null(WatchdogRequest.Read(microseconds, pid, 42));
}
