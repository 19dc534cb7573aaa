using System.Net.Sockets;
using System.Text;
using Supervisor.Systemd;

namespace Supervisor.Tests.Real.Components.Systemd;

public class FullNotifySocketTests
{
    [Fact]
    public async Task A_status_is_dropped_when_the_managers_queue_is_full_and_READY_waits_for_a_place()
    {
        var name = $"supervisor-test-{Guid.NewGuid():N}";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        using var notifier = ServiceNotifier.Open("@" + name, out var problem);
        Assert.Null(problem);
        while (notifier.Lost == 0)
        {
            notifier.Status("busy");
        }

        var ready = Task.Run(notifier.Ready, TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        string message;
        do
        {
            var length = await manager.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            message = Encoding.UTF8.GetString(buffer, 0, length);
        }
        while (message == "STATUS=busy");

        Assert.Equal("READY=1", message);
        await ready;
        Assert.Equal(1, notifier.Lost);
    }
}
