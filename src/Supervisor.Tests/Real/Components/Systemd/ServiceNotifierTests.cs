using System.Net.Sockets;
using System.Text;
using Supervisor.Systemd;
using Xunit;

namespace Supervisor.Tests.Real.Components.Systemd;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("notify-").FullName;
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Messages_go_to_the_path_in_NOTIFY_SOCKET()
    {
        var path = Path.Combine(_directory, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(path));
        using var notifier = ServiceNotifier.Open(path, out var problem);

        Assert.Null(problem);
        Assert.True(notifier.IsEnabled);
        notifier.Ready();
        notifier.Status("2 jobs: 1 ready,\n1 failed (api)");
        notifier.Watchdog();
        notifier.ExtendTimeout(TimeSpan.FromSeconds(1.5));
        notifier.Notify(Microsoft.Extensions.Hosting.Systemd.ServiceState.Stopping);

        Assert.Equal(
            ["READY=1", "STATUS=2 jobs: 1 ready, 1 failed (api)", "WATCHDOG=1", "EXTEND_TIMEOUT_USEC=1500000", "STOPPING=1"],
            Enumerable.Range(0, 5).Select(_ => Receive()));
    }

    [Fact]
    public void An_address_with_an_at_is_in_the_abstract_namespace()
    {
        var name = $"supervisor-test-{Guid.NewGuid():N}";
        _manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        using var notifier = ServiceNotifier.Open("@" + name, out _);

        notifier.Ready();

        Assert.Equal("READY=1", Receive());
    }

    [Fact]
    public void Without_the_variable_nothing_is_said_and_nothing_is_wrong()
    {
        using var notifier = ServiceNotifier.Open(null, out var problem);

        notifier.Ready();

        Assert.Null(problem);
        Assert.False(notifier.IsEnabled);
        Assert.Equal(0, notifier.Lost);
    }

    [Theory]
    [InlineData("notify", "neither a path nor an abstract name")]
    [InlineData("/nonexistent/notify", "/nonexistent/notify: ")]
    public void An_address_that_nobody_listens_at_is_a_problem_in_words(string address, string words)
    {
        using var notifier = ServiceNotifier.Open(address, out var problem);

        Assert.False(notifier.IsEnabled);
        Assert.Contains(words, problem);
    }

    [Fact]
    public void A_manager_that_does_not_read_never_blocks_us()
    {
        var path = Path.Combine(_directory, "deaf");
        _manager.Bind(new UnixDomainSocketEndPoint(path));
        using var notifier = ServiceNotifier.Open(path, out _);

        for (var i = 0; i < 10_000; i++)
        {
            notifier.Status("nobody reads this");
        }

        Assert.True(notifier.Lost > 0);
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
