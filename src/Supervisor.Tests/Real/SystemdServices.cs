using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Daemons as services of a private systemd (scripts/with-systemd.sh), each of its own configuration and properties, by a shell script.</summary>
internal sealed class SystemdServices : IDisposable
{
    private const string Preamble = """
        unit() { # NAME PROPERTY...: runs the daemon of FOLDER/NAME.yaml as a service
          name=$1; shift
          printf '[Service]\nType=notify\nExecStart=%s run -c FOLDER/%s.yaml\nRuntimeDirectory=%s\nKillMode=mixed\n' $SUPERVISOR $name $name >/etc/systemd/system/$name.service
          printf '%s\n' "$@" >>/etc/systemd/system/$name.service
          systemctl daemon-reload
          systemctl start $name
          K="--socket /run/$name/control.sock"
          C=$(find /sys/fs/cgroup -name $name.service)
        }
        job_of() { sed -n "s,^0::.*/$name.service,,p" /proc/$1/cgroup; }
        """;

    // Below the repository: the private systemd sees this directory, and not the machine's /tmp.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"systemd-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes a file; FOLDER stands for the folder.</summary>
    public Task Write(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text.Replace("FOLDER", _folder) + "\n");

    /// <summary>Writes the configuration of a daemon that the script starts by <c>unit NAME PROPERTY...</c>.</summary>
    public Task Configure(string name, string jobs) => Write(
        name + ".yaml",
        $"version: 1\nsupervisor: {{directory: /run/{name}}}\njobs:\n{string.Join('\n', jobs.Split('\n').Select(line => "  " + line))}");

    /// <summary>Runs a script; its stdout. <c>unit</c> leaves in it <c>$K</c> (the option of the control socket) and <c>$C</c> (the unit's cgroup).</summary>
    public async Task<string> Run(string script)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a private systemd needs root");
        await Write("test.sh", $"SUPERVISOR={Built.Supervisor}\n{Preamble}\n{script}\nexit 0");
        var result = await ProgramRun.ToEnd(
            "bash", [Path.Combine(Built.Repository, "scripts/with-systemd.sh"), "bash", Path.Combine(_folder, "test.sh")], directory: Built.Repository);
        Assert.True(result.Code == 0, result.ToString());
        return result.Out;
    }
}
