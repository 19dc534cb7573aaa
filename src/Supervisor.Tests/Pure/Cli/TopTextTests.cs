using Supervisor.Cli;
using Supervisor.Control.Messages;
using Supervisor.Linux;

namespace Supervisor.Tests.Pure.Cli;

public class TopTextTests
{
    private static readonly StatusMessage _status = new(
        new("1.0", 1, 60, "running", "/x.yaml", 0, 0, 0, 0),
        [Job("web", 10), Job("idle", null)]);

    private static readonly BoardsMessage _boards = new(
        [new("web", 5, 2.5, "ready", new(4, 10), "imports\e[2J", [new("rows", "counter", 7), new("heat", "gauge", -3)], [])]);

    [Fact]
    public void A_row_has_what_kernel_engine_and_board_say() => Assert.Equal(
        [
            "supervisor 1.0 (pid 1), running, up 60 s; 1 of 2 run",
            "JOB   STATE    PID  UPTIME  RESTARTS  CPU    RSS    BEAT   PROGRESS          STATUS          COUNTERS",
            "web   ready    10   5.0 s   1         1.0 s  2 MiB  2.5 s  [####------] 40%  imports\\x1b[2J  rows=7 heat=-3",
            "idle  stopped  -    -       1         -      -      -      -                 -               -",
        ],
        new TopText().Lines(_status, _boards, TimeSpan.Zero, _ => new(TimeSpan.FromSeconds(1), 2 << 20), colours: false));

    [Fact]
    public void From_the_second_picture_on_CPU_is_a_share()
    {
        var text = new TopText();
        var used = TimeSpan.FromSeconds(1);
        _ = text.Lines(_status, _boards, TimeSpan.FromSeconds(100), _ => new ProcessUsage(used, 0), colours: false).ToList();
        used += TimeSpan.FromMilliseconds(500);

        Assert.Contains(" 25.0% ", text.Lines(_status, _boards, TimeSpan.FromSeconds(102), _ => new ProcessUsage(used, 0), colours: false).ElementAt(2));
    }

    [Theory]
    [InlineData(0ul, 0ul, "0")]
    [InlineData(7ul, 0ul, "7")]
    [InlineData(0ul, 10ul, "[----------] 0%")]
    [InlineData(999ul, 1000ul, "[#########-] 99%")]
    [InlineData(20ul, 10ul, "[##########] 100%")]
    [InlineData(ulong.MaxValue, ulong.MaxValue, "[##########] 100%")]
    public void Progress_is_a_bar_when_the_end_is_known(ulong done, ulong total, string bar) => Assert.Equal(bar, TopText.Progress(new(done, total)));

    private static JobMessage Job(string name, int? pid) => new()
    {
        Job = name,
        Instance = 0,
        Name = name,
        Kind = "service",
        State = pid is null ? "stopped" : "ready",
        Goal = "up",
        Pid = pid,
        Attempt = 1,
        Restarts = 1,
        Since = default,
        UptimeSeconds = pid is null ? null : 5,
        Ready = true,
        StatusText = null,
        Health = null,
        ResourceWarning = null,
        Notifications = null,
        Next = null,
        LastExit = null,
        Scaled = null,
        Log = new(0, 0, 0, 0, 0, null),
    };
}
