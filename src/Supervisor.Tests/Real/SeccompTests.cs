using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Under a profile that refuses system calls, as systemd and containers set them (scripts/with-systemd.sh; needs root).</summary>
public sealed class SeccompTests : IDisposable
{
    private readonly SystemdServices _systemd = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Where_close_range_is_refused_descriptors_are_marked_one_by_one()
    {
        await _systemd.Configure("refused", "web: {command: [sh, -c, 'echo fds $(ls /proc/self/fd); exec sleep 1000'], board: false}");

        var said = await _systemd.Run("""
            unit refused 'SystemCallFilter=~close_range' SystemCallErrorNumber=EPERM
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            until $SUPERVISOR logs web $K | grep fds; do sleep 0.1; done
            """);

        // 3 is the directory that ls itself reads.
        Assert.EndsWith("fds 0 1 2 3\n", said);
    }

    // The profile kills whoever makes the call: here that is a child between vfork and execve.
    [Fact]
    public async Task A_child_that_is_killed_during_its_set_up_is_told_with_the_step()
    {
        await _systemd.Configure("deadly", """
            web: {command: [sleep, '1000']}
            killed: {command: [sleep, '1000'], ionice: {class: idle}, restart: never}
            """);

        var said = await _systemd.Run("""
            unit deadly 'SystemCallFilter=~ioprio_set'
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            timeout 60 $SUPERVISOR wait killed --for stopped $K >&2
            $SUPERVISOR why killed $K
            $SUPERVISOR status web $K
            """);

        Assert.Contains("failed to start: setting the I/O priority: killed during set-up", said);
        Assert.Matches(@"web +ready", said);
    }
}
