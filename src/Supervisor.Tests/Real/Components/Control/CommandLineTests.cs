using Supervisor.Cli;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>Whole commands against the real server, with a scripted engine.</summary>
public class CommandLineTests
{
    private static readonly DaemonHooks _hooks = new(_ => 42);

    private static async Task<(int Code, string Out, string Error)> RunAsync(RunningControl control, params string[] args) =>
        await Task.Run(() => Run([.. args, "-s", control.SocketPath]));

    private static (int Code, string Out, string Error) Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = CommandLine.Run(args, _hooks, (_, quiet) => new(output, error, colours: false, quiet));
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Status_shows_a_table_and_ends_with_3_when_a_job_is_in_backoff()
    {
        await using var control = await RunningControl.StartAsync();

        var (code, output, _) = await RunAsync(control, "status");

        Assert.Equal(ExitCodes.NotAllUp, code);
        Assert.Equal(
            """
            JOB  STATE    PID   UPTIME  RESTARTS  LAST EXIT       NEXT
            web  ready    4711  1m 30s  2         -               -
            db   backoff  -     -       2         SIGSEGV (core)  attempt 4 in 3.2 s

            """,
            output);
    }

    [Fact]
    public async Task Status_of_the_one_that_is_up_ends_with_0()
    {
        await using var control = await RunningControl.StartAsync();

        Assert.Equal(ExitCodes.Done, (await RunAsync(control, "status", "web", "-q")).Code);
    }

    [Fact]
    public async Task A_failed_start_is_told_on_standard_error_with_what_comes_next()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Answer = (_, _) => Task.FromResult(new OperationResult(OperationOutcome.Failed, null,
            [new(new("web"), false, PublicState.Backoff, "failed to start: changing directory: No such file or directory (/srv/web)", "attempt 2 in 0.2 s", "config/web.yaml:7:16 directory")]));

        var (code, output, error) = await RunAsync(control, "start", "web");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal("", output);
        Assert.Equal(
            """
            web: failed to start: changing directory: No such file or directory (/srv/web)
              next: attempt 2 in 0.2 s   (config/web.yaml:7:16 directory)

            """,
            error);
    }

    [Fact]
    public async Task An_unknown_job_ends_with_4_and_the_nearest_name()
    {
        await using var control = await RunningControl.StartAsync();

        var (code, _, error) = await RunAsync(control, "why", "wep");

        Assert.Equal(ExitCodes.NoSuchJob, code);
        Assert.Equal("supervisor: no such job: 'wep'; did you mean 'web'?\n", error);
    }

    [Fact]
    public async Task Apply_shows_every_problem_of_the_configuration()
    {
        await using var control = await RunningControl.StartAsync();

        var (code, _, error) = await RunAsync(control, "apply", "--dry-run");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.StartsWith("a.yaml:12:5: unknown key 'comand'\nthe configuration has 1 problem: nothing was changed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_out_ends_with_7_and_the_operation_goes_on()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null!;
        };

        // Long enough for the order to arrive, which is where the difference lies.
        var (code, _, error) = await RunAsync(control, "start", "web", "--timeout", "3s");

        Assert.Equal(ExitCodes.TimedOut, code);
        Assert.Contains("the operation goes on", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_out_before_the_order_has_arrived_says_that_nothing_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("full-");
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        try
        {
            var place = new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "s"));
            listener.Bind(place);
            listener.Listen(0);
            // The queue has one place, and nobody accepts: the next connection waits.
            using var first = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
            first.Connect(place);

            var (code, _, error) = await Task.Run(() => Run("stop", "web", "--timeout", "100ms", "-s", Path.Combine(folder.FullName, "s")));

            Assert.Equal((ExitCodes.TimedOut, "supervisor: no answer within 0.1 s; nothing has been asked of the supervisor that would go on\n"), (code, error));
        }
        finally
        {
            listener.Dispose();
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Why_meets_the_tone_of_the_manual()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(ScriptedSupervisor.Line("loading \e[2Jmodel..."));

        var (code, output, _) = await RunAsync(control, "why", "db");

        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("db is in back-off: attempt 4 starts in 3.2 s (at ", output, StringComparison.Ordinal);
        Assert.Contains("  attempt 3 ran 1.4 s and ended by SIGSEGV (core dumped) at ", output, StringComparison.Ordinal);
        Assert.Contains(", max RSS 84 MiB\n", output, StringComparison.Ordinal);
        Assert.Contains("  restart: on-failure, delay 0.1 s x2 up to 30 s; SIGSEGV is not in the success list\n", output, StringComparison.Ordinal);
        Assert.Contains(@" out  loading \x1b[2Jmodel...", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_shown_as_they_are_and_the_query_reaches_the_reader()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(ScriptedSupervisor.Line("one"));

        var (code, output, _) = await RunAsync(control, "logs", "web", "-n", "5", "--run", "--stream", "stdout");

        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal("one\n", output);
        Assert.Equal(new Jobs.Ports.LogQuery(5, false, true, Jobs.Ports.LogStream.Stdout), control.Engine.Query);
    }

    [Fact]
    public void No_daemon_ends_with_6_and_says_which_socket_and_what_to_do()
    {
        var (code, _, error) = Run("status", "-s", "/nowhere/control.sock");

        Assert.Equal(ExitCodes.NoDaemon, code);
        Assert.StartsWith("supervisor: no supervisor answers at /nowhere/control.sock (there is no such socket)\n", error, StringComparison.Ordinal);
        Assert.Contains("supervisor run", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statsu")]
    [InlineData("status", "--output", "yaml")]
    [InlineData("start", "web", "--timeout", "soon")]
    [InlineData("stop")]
    [InlineData("wait", "--for", "godot")]
    [InlineData("logs", "-n", "many")]
    [InlineData]
    public void What_makes_no_sense_ends_with_2(params string[] args)
    {
        var (code, output, error) = Run(args);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Equal("", output);
        Assert.Contains("supervisor", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no option '--roling' here; did you mean '--rolling'?\n", "restart", "web", "--roling")]
    [InlineData("there is no option '--xyz' here\n", "status", "--xyz")]
    [InlineData("--for: ready, running, stopped or exited, not 'foo'\n", "wait", "--for", "foo")]
    public void What_is_wrong_with_an_option_is_told_in_lines(string start, params string[] args)
    {
        var (code, _, error) = Run(args);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.StartsWith(start, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_goes_to_the_daemon_with_its_file() =>
        Assert.Equal(7, CommandLine.Run(["-c", "x.yaml", "run"], new(options => options.ConfigurationFile == "x.yaml" ? 7 : 1)));
}
