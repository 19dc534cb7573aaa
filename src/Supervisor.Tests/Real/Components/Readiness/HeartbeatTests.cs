using Supervisor.Linux;
using Supervisor.Readiness;
using Xunit;

namespace Supervisor.Tests.Real.Components.Readiness;

/// <summary>What a message of sd_notify costs where it comes in.</summary>
public sealed unsafe class HeartbeatTests
{
    [Fact]
    public void A_heartbeat_is_taken_without_an_allocation()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, sys_socket_h.socketpair(sys_socket_h.AF_UNIX, (int)Specs.SocketKind.Datagram | sys_socket_h.SOCK_CLOEXEC, 0, ends));
        var one = 1;
        Assert.Equal(0, sys_socket_h.setsockopt(ends[1], sys_socket_h.SOL_SOCKET, sys_socket_h.SO_PASSCRED, &one, sizeof(int)));
        try
        {
            // What is made once is made here.
            Assert.True(SendAndTake(ends[0], ends[1]));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var beats = 0;
            for (var count = 0; count < 1000; count++)
            {
                beats += SendAndTake(ends[0], ends[1]) ? 1 : 0;
            }

            Assert.Equal((1000, 0L), (beats, GC.GetAllocatedBytesForCurrentThread() - before));
        }
        finally
        {
            _ = unistd_h.close(ends[0]);
            _ = unistd_h.close(ends[1]);
        }
    }

    private static bool SendAndTake(int from, int to)
    {
        fixed (byte* text = "WATCHDOG=1"u8)
        {
            _ = unistd_h.write(from, text, 10);
        }

        var buffer = stackalloc byte[NotifyMessage.Longest];
        var control = stackalloc byte[ReceivedMessage.ControlRoom];
        var descriptors = stackalloc int[256];
        return ReceivedMessage.TryTake(to, new(buffer, NotifyMessage.Longest), new(control, ReceivedMessage.ControlRoom), new(descriptors, 256), out var message)
            && message.Pid == Environment.ProcessId && NotifyMessage.IsOnlyBeat(message.Text) && message.Descriptors.IsEmpty;
    }
}
