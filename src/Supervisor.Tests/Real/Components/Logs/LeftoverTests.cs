using System.IO.Pipes;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>Processes of a run that write on after its end.</summary>
public class LeftoverTests
{
    [Fact]
    public async Task A_drain_is_answered_while_a_leftover_floods()
    {
        using var bench = new LogBench();
        var log = bench.Open(new() { MaxSize = 1_000_000 });
        using var over = new CancellationTokenSource();
        var line = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("flood\n", 10_000)));
        var leftover = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    LogBench.WriteTo(log.Targets.Out.Descriptor, line);
                }
            },
            TestContext.Current.CancellationToken);

        for (var i = 0; i < 100; i++)
        {
            bench.Drain(log);
        }

        Assert.False(leftover.IsCompleted);
        await over.CancelAsync();
        await leftover;
    }

    [Theory]
    [InlineData(LogTargetKind.Null)]
    [InlineData(LogTargetKind.Inherit)]
    public void After_a_changed_target_a_leftover_still_writes_where_it_wrote(LogTargetKind target)
    {
        using var bench = new LogBench();
        var log = bench.Open(new());
        var leftover = log.Targets.Out.Descriptor;
        log.Reconfigure(new() { Stdout = new(target) });
        log.BeginRun(2, "");
        Assert.NotEqual(StdioKind.Descriptor, log.Targets.Out.Kind);

        LogBench.WriteTo(leftover, "late\n"u8);
        bench.Drain(log);
        Assert.Equal("late\n", bench.Text());

        log.Reconfigure(new());
        log.BeginRun(3, "");
        LogBench.Write(log, "again\n");
        bench.Drain(log);
        Assert.Equal("late\nagain\n", bench.Text());
    }

    [Fact]
    public void Stderr_that_goes_where_an_inherited_stdout_goes_inherits_descriptor_1()
    {
        using var bench = new LogBench();
        var inherit = bench.Open(new() { Stdout = LogTarget.Inherit });
        var apart = bench.Open(new() { Stdout = LogTarget.Null, Stderr = LogTarget.Inherit }, "apart");

        Assert.Equal(new StdioTarget(StdioKind.Inherit, 1), inherit.Targets.Error);
        Assert.Equal(new StdioTarget(StdioKind.Inherit, 2), apart.Targets.Error);
    }

    [Fact]
    public void A_console_that_hangs_holds_a_bounded_amount_and_what_is_lost_in_the_end_is_counted_and_said()
    {
        using var console = new AnonymousPipeServerStream(PipeDirection.In);
        using (var bench = new LogBench(console: (int)console.ClientSafePipeHandle.DangerousGetHandle()))
        {
            var log = bench.Open(new() { Stdout = LogTarget.Console });
            var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("\n", 4096)));
            for (var run = 0; run < 1000 && LogBench.TakesMore(log); run++)
            {
                LogBench.WriteTo(log.Targets.Out.Descriptor, lines);
                bench.Drain(log);
            }

            // The job waits: nobody drops anything, and no more is held than the limit.
            Assert.False(LogBench.TakesMore(log));
            Assert.Equal(0, bench.Logs.Counters(new("web")).DroppedBytes);
            Assert.InRange(bench.Logs.Counters(new("web")).Bytes * "web | \n".Length, 1, Supervisor.Logs.ConsoleOutput.Limit);
            log.Close();
            Assert.Matches(@"web is closed: \d+ bytes lost \(standard output is not read\)", bench.NextReport());
        }
    }

    [Fact]
    public void With_drop_a_console_that_hangs_makes_nobody_wait_and_drops_are_counted()
    {
        using var console = new AnonymousPipeServerStream(PipeDirection.In);
        using var bench = new LogBench(console: (int)console.ClientSafePipeHandle.DangerousGetHandle());
        var log = bench.Open(new() { Stdout = LogTarget.Console, OnFull = OnFull.Drop });
        LogBench.Write(log, string.Concat(Enumerable.Repeat("a line of a job\n", 500_000)));
        bench.Drain(log);

        Assert.InRange(bench.Logs.Counters(new("web")).DroppedBytes, 1_000_000, 8_000_000);
    }
}
