using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Configuration and socket when nobody names them.</summary>
public sealed class DefaultPlacesTests : IDisposable
{
    private const string Job = "jobs: {web: {command: [sleep, '1000']}}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("exec \"$@\"", "exec \"$@\"")]
    [InlineData("exec \"$@\"", "export XDG_RUNTIME_DIR=$PWD/session; exec \"$@\"")]
    [InlineData("export XDG_RUNTIME_DIR=$PWD/session; exec \"$@\"", "export XDG_RUNTIME_DIR=$PWD/session; exec \"$@\"")]
    public async Task A_command_finds_the_daemon_of_its_user(string daemonIs, string commandIs)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root starts a daemon as somebody else");
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ff);
        await File.WriteAllTextAsync(Path.Combine(_folder, "supervisor.yml"), Job, TestContext.Current.CancellationToken);
        using var daemon = await ProgramRun.Start("bash", Nobody(daemonIs, "run"), directory: _folder);
        await daemon.ErrorSays("web: started");

        var status = await ProgramRun.ToEnd("bash", Nobody(commandIs, "status"), directory: _folder);

        Assert.True(status.Code == 0, $"{status}");
        Assert.Contains("web", status.Out);
        daemon.Signal(Kernel.SigTerm);
        Assert.Equal(0, (await daemon.Ended()).Code);
        var nobody = await ProgramRun.ToEnd("bash", Nobody(commandIs, "status"), directory: _folder);
        Assert.Equal(6, nobody.Code);
        Assert.Contains($"no supervisor answers at {_folder}/", nobody.Error);
        Assert.Contains($"{_folder}/.local/state/supervisor-daemon/run/control.sock (there is no such socket)", nobody.Error);
        Assert.Contains("/run/user/65534/supervisor-daemon/control.sock (there is no such socket)", nobody.Error);
    }

    [Fact]
    public async Task Without_any_configuration_it_is_told_where_one_is_looked_for_and_how_to_get_one()
    {
        Assert.SkipWhen(File.Exists("/etc/supervisor-daemon/supervisor.yaml"), "this machine has a configuration");

        foreach (var (command, code) in new[] { ("run", 78), ("check", 1), ("plan", 1) })
        {
            var result = await ProgramRun.ToEnd(Built.Supervisor, [command], directory: _folder);

            Assert.Equal(code, result.Code);
            Assert.Contains($"looked for ./supervisor.yaml, ./supervisor.yml (in {_folder}) and /etc/supervisor-daemon/supervisor.yaml", result.Error);
            Assert.Contains("`supervisor init`", result.Error);
        }

        Assert.Equal(0, (await ProgramRun.ToEnd(Built.Supervisor, ["init"], directory: _folder)).Code);
        Assert.Equal(0, (await ProgramRun.ToEnd(Built.Supervisor, ["check"], directory: _folder)).Code);
    }

    private string[] Nobody(string script, string command) =>
        ["-e", "-c", $"unset XDG_RUNTIME_DIR XDG_STATE_HOME SUPERVISOR_SOCKET; export HOME={_folder}; {script}", "bash", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Built.Supervisor, command];
}
