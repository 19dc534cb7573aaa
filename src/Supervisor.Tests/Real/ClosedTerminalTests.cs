using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>A terminal that is closed under a running daemon: a real one, whose other end a script has and closes at SIGUSR1.</summary>
public sealed class ClosedTerminalTests : IDisposable
{
    private const string Terminal = """
        import os, pty, signal, sys, threading
        pid, master = pty.fork()
        if pid == 0:
            os.execvp("bash", ["bash", "-c", sys.argv[1], "bash", *sys.argv[2:]])
        closing = {signal.SIGUSR1}
        signal.pthread_sigmask(signal.SIG_BLOCK, closing)
        signal.sigwait(closing)
        os.close(master)
        print("ended:", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-").FullName;
    private readonly NotifySocket _manager;

    public ClosedTerminalTests() => _manager = new(Path.Combine(_folder, "notify"));

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("on it alone", "exec \"$@\" 2>err")]
    [InlineData("under a shell", "\"$@\" 2>err; true")]
    [InlineData("with nothing redirected", "exec \"$@\"")]
    public async Task Ends_everything_in_order(string how, string script)
    {
        Assert.NotEmpty(how);
        using var terminal = await Run(script);
        var pid = Pid;
        var ended = Kernel.Ended(pid);

        terminal.Signal(Kernel.SigUsr1);

        await ended.WaitAsync(ProgramRun.Limit, TestContext.Current.CancellationToken);
        Assert.Contains("ended: ", (await terminal.Ended()).Out);
        await _manager.Received(message => message.Contains("STOPPING=1"), TestContext.Current.CancellationToken);
        // Its own stop command has run: nobody was killed with the terminal.
        Assert.True(File.Exists(Path.Combine(_folder, "stopped")));
        Assert.Empty(Kernel.ProcessesOf(_folder));
        if (script.Contains("err"))
        {
            var log = await File.ReadAllTextAsync(Path.Combine(_folder, "err"), TestContext.Current.CancellationToken);
            Assert.Single(log.Split('\n'), line => line.Contains("SIGHUP of the closed terminal received"));
            Assert.Contains("all jobs have stopped", log);
            Assert.DoesNotContain("reload", log);
        }
    }

    // As zsh does, and bash with huponexit: first SIGHUP to its jobs in the background, then it ends, and whoever has the other end of the terminal closes that.
    [Fact]
    public async Task A_shell_that_hangs_its_jobs_up_and_ends_ends_everything_too()
    {
        using var terminal = await Run("mkfifo go; set -m; \"$@\" 2>err & read _ <go; kill -HUP $!; kill -USR1 $PPID; exit 0");
        var ended = Kernel.Ended(Pid);

        await using (var go = new FileStream(Path.Combine(_folder, "go"), FileMode.Open, FileAccess.Write))
        {
            go.Write("\n"u8);
        }

        await ended.WaitAsync(ProgramRun.Limit, TestContext.Current.CancellationToken);
        Assert.True(File.Exists(Path.Combine(_folder, "stopped")));
        Assert.Contains("SIGHUP of the closed terminal received", await File.ReadAllTextAsync(Path.Combine(_folder, "err"), TestContext.Current.CancellationToken));
        await terminal.Says("ended: "); // how the shell ends is between it and the kernel, which hangs it up too
    }

    [Fact]
    public async Task SIGHUP_by_hand_on_an_open_terminal_stays_a_reload()
    {
        using var terminal = await Run("exec \"$@\" 2>err");

        Kernel.Signal(Pid, Kernel.SigHup);
        await _manager.ReceivedInOrder(TestContext.Current.CancellationToken, "READY=1", "RELOADING=1\nMONOTONIC_USEC=", "READY=1");

        Assert.Contains("web", await Status());
        terminal.Signal(Kernel.SigUsr1);
        await terminal.Says("ended: 0");
    }

    [Theory]
    [InlineData("setsid \"$@\" >out 2>err </dev/null & sleep 1000", true)]
    [InlineData("nohup \"$@\" >out 2>err </dev/null; true", false)]
    public async Task Leaves_alone_who_was_started_to_outlive_it(string script, bool reloads)
    {
        using var terminal = await Run(script);
        var pid = Pid;

        terminal.Signal(Kernel.SigUsr1);
        await terminal.Says("ended: ");

        Assert.Contains("web", await Status());
        if (reloads)
        {
            Kernel.Signal(pid, Kernel.SigHup);
            await _manager.ReceivedInOrder(TestContext.Current.CancellationToken, "READY=1", "RELOADING=1\nMONOTONIC_USEC=", "READY=1");
            Assert.Contains("web", await Status());
        }

        var ended = Kernel.Ended(pid);
        Kernel.Signal(pid, Kernel.SigTerm);
        await ended.WaitAsync(ProgramRun.Limit, TestContext.Current.CancellationToken);
    }

    private int Pid => Kernel.ProcessesOf(_folder).Single(process => process.Command.StartsWith(Built.Supervisor + " run", StringComparison.Ordinal)).Pid;

    private async Task<string> Status() => (await ProgramRun.ToEnd(Built.Supervisor, ["status", "-s", Path.Combine(_folder, "control.sock")], directory: _folder)).Out;

    private async Task<ProgramRun> Run(string script)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "terminal.py"), Terminal, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "supervisor.yaml"), $$"""
            supervisor: {directory: {{_folder}}}
            jobs:
              web: {command: [sleep, '1000'], stop: [{run: [touch, {{_folder}}/stopped], wait: 300ms}, {signal: SIGTERM, wait: 10s}]}
            """, TestContext.Current.CancellationToken);
        var terminal = await ProgramRun.Start(
            "python3", [Path.Combine(_folder, "terminal.py"), script, Built.Supervisor, "run", "-c", Path.Combine(_folder, "supervisor.yaml")],
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _manager.Path }, _folder);
        await _manager.Received(message => message.Contains("READY=1"), TestContext.Current.CancellationToken);
        return terminal;
    }
}
