using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The example of packaging/container, done without a container runtime (scripts/in-container.sh): the supervisor as PID 1 of an ordinary user.</summary>
[Trait("binary", "NativeAOT")]
public sealed class ContainerTests
{
    private const string Configuration = "/etc/supervisor-daemon/supervisor.yaml";

    [Fact]
    public async Task The_example_serves_answers_commands_reaps_orphans_and_stops_in_order()
    {
        using var package = await DebianPackage.Make();
        var address = $"127.0.0.1:{FreePort()}";
        using var container = await Container.Start(package, Path.Combine(Built.Repository, "packaging/container/supervisor.yaml"), "LISTEN=" + address);

        await container.Run.ErrorSays("clock: started");
        Assert.Equal("valid", (await container.Exec("supervisor", "check")).Out.Split([' ', ','])[1]);
        var waited = await container.Exec("supervisor", "wait", "web", "clock", "--for", "ready");
        Assert.True(waited.Code == 0, waited.ToString());
        using var http = new HttpClient();
        Assert.Equal("hello\n", await http.GetStringAsync($"http://{address}/index.html", TestContext.Current.CancellationToken));
        var health = await container.Exec(Dockerfile("HEALTHCHECK CMD"));
        Assert.True(health.Code == 0, health.ToString());
        Assert.Equal("www-data", (await container.Exec("stat", "-c", "%U", "/proc/1")).Out.Trim());
        Assert.NotEqual(0, (await container.Exec("touch", "/etc/x")).Code);

        await container.Exec("sh", "-c", "(true &) & exec true");
        var status = JsonDocument.Parse((await container.Exec("supervisor", "status", "-o", "json")).Out).RootElement.GetProperty("supervisor");
        Assert.Equal(1, status.GetProperty("pid").GetInt32());
        Assert.Empty(await container.Exec("sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status") is { Code: 1 } none ? none.Out : "zombies");

        await container.Signal("TERM");
        var ended = await container.Run.Ended();
        Assert.Equal(0, ended.Code);
        Assert.True(ended.Error.LastIndexOf("clock: stopped", StringComparison.Ordinal) < ended.Error.LastIndexOf("web: stopped", StringComparison.Ordinal), ended.ToString());
    }

    [Fact]
    public async Task The_code_of_the_essential_job_is_the_containers()
    {
        using var package = await DebianPackage.Make();
        var jobs = Path.Combine(package.Folder, "jobs.yaml");
        await File.WriteAllTextAsync(jobs, """
            version: 1
            supervisor: {directory: /run/supervised}
            jobs:
              main: {command: [sh, -c, 'echo works; exit 7'], essential: true, restart: never}
              other: {command: [sleep, infinity]}
            """);
        using var container = await Container.Start(package, jobs);

        var ended = await container.Run.Ended();

        Assert.Equal(7, ended.Code);
        Assert.Contains("works", ended.Out);
    }

    // The list of an instruction of the example.
    private static string[] Dockerfile(string instruction) => JsonSerializer.Deserialize<string[]>(
        File.ReadAllLines(Path.Combine(Built.Repository, "packaging/container/Dockerfile")).Single(line => line.StartsWith(instruction, StringComparison.Ordinal))[instruction.Length..])!;

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A running one.</summary>
    private sealed class Container : IDisposable
    {
        private readonly string _ready;

        private Container(ProgramRun run, string ready) => (Run, _ready) = (run, ready);

        public ProgramRun Run { get; }

        public static async Task<Container> Start(DebianPackage package, string configuration, params string[] environment)
        {
            var ready = Path.Combine(package.Folder, "pid");
            var run = await ProgramRun.Start(
                "bash",
                [
                    Path.Combine(Built.Repository, "scripts/in-container.sh"), "--root", package.Root, "--package", package.File, "--file", $"{configuration}:{Configuration}",
                    "--user", "www-data", "--read-only", "/run/supervised", "--ready", ready,
                    "env", .. environment, .. Dockerfile("ENTRYPOINT"),
                ]);
            return new(run, ready);
        }

        public Task<ProgramResult> Exec(params string[] command) => ProgramRun.ToEnd("nsenter", ["-a", "-t", Pid, "setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups", .. command]);

        public Task<ProgramResult> Signal(string name) => ProgramRun.ToEnd("kill", ["-" + name, Pid]);

        public void Dispose() => Run.Dispose();

        private string Pid => File.ReadAllText(_ready).Trim();
    }
}
