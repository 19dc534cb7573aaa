using Supervisor.Cli;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary><c>supervisor logs</c> against the real server.</summary>
public class LogCommandTests
{
    [Fact]
    public async Task Escape_sequences_are_shown_on_a_terminal_and_passed_on_into_a_pipe()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(ScriptedSupervisor.Line("a \e[2J\u009b31m\u202eb\tc"));

        Assert.Equal(@"a \x1b[2J\x9b31m\x202eb" + "\tc\n", (await RunAsync(control, isTerminal: true, "logs", "web")).Out);
        Assert.Equal("a \e[2J\u009b31m\u202eb\tc\n", (await RunAsync(control, isTerminal: false, "logs", "web")).Out);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_reach_a_pipe_as_they_are_and_a_terminal_as_what_can_be_shown()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(new(null, LogStream.Stdout, new byte[] { (byte)'x', 0xff, 0x1b }));

        Assert.Equal("x\ufffd\\x1b\n", (await RunAsync(control, isTerminal: true, "logs", "web")).Out);
    }

    [Fact]
    public async Task Instances_of_one_job_are_told_apart()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Snapshot = ScriptedSupervisor.Of(
            ScriptedSupervisor.Instance("web", PublicState.Ready, index: 0), ScriptedSupervisor.Instance("web", PublicState.Ready, index: 1));
        control.Engine.Lines.Add(ScriptedSupervisor.Line("one"));

        Assert.Equal("web@0 | one\nweb@1 | one\n", (await RunAsync(control, false, "logs", "web")).Out);
        Assert.Equal("one\n", (await RunAsync(control, false, "logs", "web@1")).Out);
    }

    [Fact]
    public async Task Since_takes_a_duration_or_a_time_and_asks_for_all_lines_unless_a_number_is_given()
    {
        await using var control = await RunningControl.StartAsync();
        var before = TimeProvider.System.GetUtcNow();

        _ = await RunAsync(control, false, "logs", "web", "--since", "10m");
        Assert.Null(control.Engine.Query!.Lines);
        Assert.InRange(control.Engine.Query.Since!.Value, before.AddMinutes(-10).AddMilliseconds(-1), TimeProvider.System.GetUtcNow().AddMinutes(-10));
        _ = await RunAsync(control, false, "logs", "web", "--since", "2026-11-25T10:30:00+01:00", "-n", "7");
        Assert.Equal((7, new DateTimeOffset(2026, 11, 25, 9, 30, 0, default)), (control.Engine.Query.Lines, control.Engine.Query.Since));

        var (code, _, error) = await RunAsync(control, false, "logs", "web", "--since", "yesterday");
        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("since: a time such as 2026-11-25T09:30:00Z", error);
    }

    [Fact]
    public async Task Rotate_tells_what_has_become_of_each_file_and_fails_when_one_could_not_be()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Rotated.Add(new("/l/web.log", LogRotation.Done, null));
        control.Engine.Rotated.Add(new("/l/web.err.log", LogRotation.AtLineEnd, null));

        var (code, output, _) = await RunAsync(control, false, "logs", "--rotate", "web");
        Assert.Equal((ExitCodes.Done, "web: /l/web.log is new\nweb: /l/web.err.log begins anew when the line that is not over ends\n"), (code, output));
        control.Engine.Rotated.Add(new("/l/x", LogRotation.Failed, "rename /l/x: Read-only file system"));
        (code, output, _) = await RunAsync(control, false, "logs", "--rotate", "web");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("web: not rotated: rename /l/x: Read-only file system\n", output);
        Assert.Equal(ExitCodes.Usage, (await RunAsync(control, false, "logs", "--rotate", "-f")).Code);
    }

    [Fact]
    public async Task A_log_that_is_not_kept_is_a_failure_that_says_where_it_goes()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.WhyNotKept = "logs of web go to append:/x and are not kept here";

        var (code, _, error) = await RunAsync(control, false, "logs", "web");

        Assert.Equal((ExitCodes.Failed, "supervisor: logs of web go to append:/x and are not kept here\n"), (code, error));
    }

    [Fact]
    public async Task What_is_lost_stands_below_the_table_and_in_the_story()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Counted = new(100, 10, 2048, 3, 1, "write /l/web.log: No space left on device");

        Assert.Contains(
            "web: its log cannot be written: write /l/web.log: No space left on device; 2 KiB of its output (3 lines) dropped\n",
            (await RunAsync(control, false, "status")).Error);
        Assert.Contains("  its log cannot be written: write /l/web.log", (await RunAsync(control, false, "why", "web")).Out);
        Assert.Contains("\"dropped_lines\":3", (await RunAsync(control, false, "status", "-o", "json")).Out);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(RunningControl control, bool isTerminal, params string[] args) => Task.Run(() =>
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var hooks = new DaemonHooks(_ => throw new InvalidOperationException("run is not what these tests run"));
        var code = CommandLine.Run([.. args, "-s", control.SocketPath], hooks, (_, quiet) => new(output, error, colours: false, quiet) { IsTerminal = isTerminal });
        return (code, output.ToString(), error.ToString());
    });
}
