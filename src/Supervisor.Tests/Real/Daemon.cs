using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>
/// A running daemon of one test: configuration, socket, state and logs in a temporary directory of its own. Its end checks that nothing is left.
/// In the YAML, <c>CHILD</c> stands for the path of the misbehaving child and <c>DIR</c> for the temporary directory.
/// </summary>
public sealed class Daemon : IAsyncDisposable
{
    private NotifySocket _manager;
    private ProgramRun _run;
    private bool _ended;

    private Daemon(string directory, NotifySocket manager, ProgramRun run) => (Folder, _manager, _run) = (directory, manager, run);

    /// <summary>Its temporary directory.</summary>
    public string Folder { get; }

    /// <summary>Its configuration file.</summary>
    public string ConfigurationFile => Path.Combine(Folder, "supervisor.yaml");

    /// <summary>Its pid.</summary>
    public int Pid => _run.Pid;

    /// <summary>Its own log so far (stderr).</summary>
    public string Log => _run.Error;

    /// <summary>Its stdout so far (jobs that log to the console).</summary>
    public string Output => _run.Out;

    /// <summary>What it told the service manager so far.</summary>
    public IReadOnlyList<string> Notifications => _manager.Messages;

    /// <summary>Waits until it has told the service manager these, in this order.</summary>
    public Task Notified(params string[] starts) => _manager.ReceivedInOrder(TestContext.Current.CancellationToken, starts);

    /// <summary>Starts a daemon on these jobs (the YAML below <c>jobs:</c>, or a whole file when it says <c>jobs:</c> itself), and waits until it is READY.</summary>
    /// <param name="yaml">The configuration.</param>
    /// <param name="environment">Variables on top of the test's own.</param>
    /// <param name="terminal">
    /// A shell command that runs it on a terminal of its own; <c>DAEMON</c> and <c>DIR</c> stand for program and directory. Then
    /// <see cref="Pid"/> is the terminal's, and its log is in <see cref="Output"/>.
    /// </param>
    /// <param name="files">Further files of the temporary directory: name and text, with the same stand-ins.</param>
    /// <param name="under">
    /// A shell script that ends in <c>exec "$@"</c>: it gets the daemon's command line, and <c>DIR</c> stands for the directory. What it changes
    /// (limits, credentials, mounts of its own namespace) holds for the daemon.
    /// </param>
    /// <param name="program">Another file of the daemon than the built one.</param>
    public static async Task<Daemon> Start(
        string yaml, IReadOnlyDictionary<string, string>? environment = null, string? terminal = null, IReadOnlyDictionary<string, string>? files = null,
        string? under = null, string? program = null)
    {
        var directory = await Prepare(yaml);
        foreach (var (name, text) in files ?? new Dictionary<string, string>())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, name))!);
            await File.WriteAllTextAsync(Path.Combine(directory, name), Completed(text, directory));
        }

        var manager = new NotifySocket(Path.Combine(directory, "notify"));
        var command = terminal?.Replace("DAEMON", Built.Supervisor).Replace("DIR", directory);
        string[] plain = [program ?? Built.Supervisor, "run", "-c", Path.Combine(directory, "supervisor.yaml")];
        string[] line = command is not null ? ["script", "-q", "-e", "-c", command, "/dev/null"]
            : under is not null ? ["bash", "-e", "-c", under.Replace("DIR", directory), "under", .. plain]
            : plain;
        var run = await ProgramRun.Start(
            line[0], line[1..],
            Environment(directory, environment, manager.Path), directory);
        var daemon = new Daemon(directory, manager, run);
        try
        {
            await daemon.IsReady();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    private async Task IsReady()
    {
        using var over = new CancellationTokenSource();
        var ready = _manager.Received(message => message.Contains("READY=1"), over.Token);
        if (await Task.WhenAny(ready, _run.Ended()) != ready)
        {
            await over.CancelAsync();
            _ended = true;
            Assert.Fail($"the daemon ended before it was READY: {await _run.Ended()}");
        }

        await ready;
    }

    /// <summary>Runs <c>supervisor run</c> on a configuration that makes it end by itself.</summary>
    public static async Task<ProgramResult> RunToEnd(string yaml, IReadOnlyDictionary<string, string>? environment = null)
    {
        var directory = await Prepare(yaml);
        try
        {
            var result = await ProgramRun.ToEnd(
                Built.Supervisor, ["run", "-c", Path.Combine(directory, "supervisor.yaml")], Environment(directory, environment, null), directory);
            Assert.Empty(Kernel.ProcessesOf(directory));
            return result with { Error = result.Error.Replace(directory + "/", "DIR/"), Out = result.Out.Replace(directory + "/", "DIR/") };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Runs a command of the command line against it.</summary>
    public Task<ProgramResult> Supervisor(params string[] arguments) =>
        ProgramRun.ToEnd(Built.Supervisor, ["--socket", Path.Combine(Folder, "control.sock"), .. arguments], new Dictionary<string, string> { ["NO_COLOR"] = "1" }, Folder);

    /// <summary>The same, started only: for <c>logs -f</c> and its like.</summary>
    public Task<ProgramRun> Begin(params string[] arguments) =>
        ProgramRun.Start(Built.Supervisor, [.. arguments, "--socket", Path.Combine(Folder, "control.sock")], new Dictionary<string, string> { ["NO_COLOR"] = "1" }, Folder);

    /// <summary>Runs a command that must succeed; its stdout.</summary>
    public async Task<string> Does(params string[] arguments)
    {
        var result = await Supervisor(arguments);
        Assert.True(result.Code == 0, $"supervisor {string.Join(' ', arguments)}: {result}\n--- daemon\n{Log}");
        return result.Out;
    }

    /// <summary>Waits until jobs have come to a condition of <c>wait --for</c>: ready, running, stopped, exited.</summary>
    public Task WaitFor(string condition, params string[] jobs) => Does(["wait", .. jobs, "--for", condition, "--timeout", "50s"]);

    /// <summary>One instance of <c>status -o json</c>.</summary>
    public async Task<JsonElement> Status(string name) =>
        (await Status()).GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == name);

    /// <summary><c>status -o json</c>.</summary>
    public async Task<JsonElement> Status()
    {
        var result = await Supervisor("status", "-o", "json");
        Assert.True(result.Code is 0 or 3, $"status: {result}\n--- daemon\n{Log}");
        using var document = JsonDocument.Parse(result.Out);
        return document.RootElement.Clone();
    }

    /// <summary>Asks for the status until it fits: for the few things that have no event.</summary>
    public async Task Comes(Func<JsonElement, bool> fits)
    {
        using var limit = new CancellationTokenSource(ProgramRun.Limit);
        JsonElement status;
        while (!fits(status = await Status()))
        {
            Assert.False(limit.IsCancellationRequested, $"not within the limit: {status}");
        }
    }

    /// <summary>Pid of an instance's main process.</summary>
    public async Task<int> PidOf(string name) => (await Status(name)).GetProperty("pid").GetInt32();

    /// <summary>Kills an instance's main process, and waits until the daemon has noticed.</summary>
    public async Task Kill(string name)
    {
        var pid = await PidOf(name);
        var noticed = Ends(name);
        Kernel.Signal(pid, Kernel.SigKill);
        await _run.ErrorComes(_ => Ends(name) > noticed);
    }

    private int Ends(string name) => Log.Split('\n').Count(line => line.Contains($" {name}: ") && line.Contains("ended by SIGKILL"));

    /// <summary>Waits until the status line that it gives the service manager fits; every transition makes a new one.</summary>
    public Task<string> StatusLine(Func<string, bool> fits) => _manager.Received(
        message => message.StartsWith("STATUS=", StringComparison.Ordinal) && fits(message["STATUS=".Length..]), CancellationToken.None);

    /// <summary>Waits until its own log says something.</summary>
    public Task LogSays(string words) => _run.ErrorSays(words);

    /// <summary>Sends the daemon a signal.</summary>
    public void Signal(int signal) => _run.Signal(signal);

    /// <summary>Writes a new configuration (the same stand-ins as at the start).</summary>
    public async Task Reconfigure(string yaml) => await File.WriteAllTextAsync(ConfigurationFile, await Complete(yaml, Folder));

    /// <summary>SIGKILL to the daemon, whose jobs may go on writing to its own output: waits for its end alone.</summary>
    public async Task Crash()
    {
        var exit = Kernel.Ended(Pid);
        Signal(Kernel.SigKill);
        await exit;
        _ended = true;
    }

    /// <summary>SIGKILL to the daemon, and its end.</summary>
    public async Task Dies()
    {
        Signal(Kernel.SigKill);
        await _run.Ended();
        _ended = true;
    }

    /// <summary>Another one on the same directory, after the end of this one; its log begins anew.</summary>
    /// <param name="waits">Whether to wait until it is READY.</param>
    public async Task ComesBack(bool waits = true)
    {
        _run.Leave();
        _manager.Dispose();
        _manager = new NotifySocket(Path.Combine(Folder, "notify"));
        _run = await ProgramRun.Start(Built.Supervisor, ["run", "-c", ConfigurationFile], Environment(Folder, null, _manager.Path), Folder);
        _ended = false;
        if (waits)
        {
            await IsReady();
        }
    }

    /// <summary>Waits for its end by itself.</summary>
    public async Task<ProgramResult> Ended()
    {
        var result = await _run.Ended();
        _ended = true;
        return result;
    }

    /// <summary>SIGTERM, and its end.</summary>
    public Task<ProgramResult> Stop()
    {
        Signal(Kernel.SigTerm);
        return Ended();
    }

    /// <summary>Ends it when the test has not, and checks that no process is left.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_ended)
            {
                // On a terminal the program that we started is not the daemon.
                Kernel.Signal(Kernel.ProcessesOf(Folder).Find(process => process.Command.StartsWith(Built.Supervisor + " run", StringComparison.Ordinal)).Pid is > 0 and var inside ? inside : Pid, Kernel.SigTerm);
                await Ended();
            }
        }
        finally
        {
            var left = Kernel.ProcessesOf(Folder);
            left.ForEach(process => Kernel.Signal(process.Pid, Kernel.SigKill));
            _run.Dispose();
            _manager.Dispose();
            Directory.Delete(Folder, recursive: true);
            Assert.True(left.Count == 0, $"left behind: {string.Join("; ", left)}\n--- daemon\n{Log}");
        }
    }

    private static async Task<string> Prepare(string yaml)
    {
        var directory = Directory.CreateTempSubdirectory("supervisor-").FullName;
        // Jobs and clients of other users must get in.
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(directory, All | UnixFileMode.UserWrite);

        // By a name in here, so that whose children these are can be told from their command lines.
        File.CreateSymbolicLink(Path.Combine(directory, "child"), await Built.Child);
        await File.WriteAllTextAsync(Path.Combine(directory, "supervisor.yaml"), await Complete(yaml, directory));
        return directory;
    }

    private static Task<string> Complete(string yaml, string directory)
    {
        if (!yaml.Contains("jobs:"))
        {
            yaml = "jobs:\n" + string.Join('\n', yaml.Split('\n').Select(line => "  " + line));
        }

        if (!yaml.Contains("supervisor:"))
        {
            yaml = "supervisor: {directory: DIR}\n" + yaml;
        }

        return Task.FromResult("version: 1\n" + Completed(yaml, directory) + "\n");
    }

    private static string Completed(string text, string directory) => text.Replace("CHILD", directory + "/child").Replace("DIR", directory);

    private static Dictionary<string, string> Environment(string directory, IReadOnlyDictionary<string, string>? more, string? notifySocket)
    {
        var environment = new Dictionary<string, string>
        {
            ["TEST_DIRECTORY"] = directory,
            ["NOTIFY_SOCKET"] = notifySocket ?? "",
            ["WATCHDOG_USEC"] = "",
            ["JOURNAL_STREAM"] = "",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return environment;
    }
}
