using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>
/// Scripts under a private, real systemd (scripts/with-systemd.sh; needs root), with the units of packaging/systemd on the built daemon and a
/// configuration in /etc/supervisor-daemon. Each run is a machine of its own; what it writes is thrown away.
/// </summary>
internal sealed class PrivateSystemd : IDisposable
{
    // Below the repository: the private systemd sees this directory, and not the machine's /tmp.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"systemd-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A unit of packaging/systemd, on the built daemon.</summary>
    public string Unit(string name)
    {
        var unit = Path.Combine(_folder, name);
        File.WriteAllText(unit, File.ReadAllText(Packaged(name)).Replace("/usr/bin/supervisor", Built.Supervisor));
        return unit;
    }

    /// <summary>A file of packaging/systemd.</summary>
    public static string Packaged(string name) => Path.Combine(Built.Repository, "packaging/systemd", name);

    /// <summary>
    /// What the script writes to its standard output, and its standard error below. In it, <c>$SUPERVISOR</c> is the built daemon, <c>drop_in</c> adds lines to
    /// the service's section of the unit, <c>says</c> waits until the unit's journal has a line that fits, and <c>status</c> until its status line does, which it writes.
    /// </summary>
    public async Task<string> Run(string configuration, string script)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a private systemd needs root");
        await File.WriteAllTextAsync(Path.Combine(_folder, "supervisor.yaml"), configuration + "\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "test.sh"), $$"""
            SUPERVISOR={{Built.Supervisor}}
            mkdir -p /etc/supervisor-daemon /etc/systemd/system/supervisor-daemon.service.d
            cp {{_folder}}/supervisor.yaml /etc/supervisor-daemon/
            drop_in() { printf '[Service]\n%s\n' "$1" >/etc/systemd/system/supervisor-daemon.service.d/test.conf; systemctl daemon-reload; }
            says() { journalctl -f -n all -u supervisor-daemon -o cat --no-pager | timeout 60 grep -m1 -- "$1"; }
            status() { timeout 60 sh -c 'until systemctl show -P StatusText supervisor-daemon | grep -- "$1"; do sleep 0.1; done' - "$1"; }
            {{script}}
            exit 0

            """);
        var result = await ProgramRun.ToEnd(
            "bash",
            [
                Path.Combine(Built.Repository, "scripts/with-systemd.sh"), "--unit", Unit("supervisor-daemon.service"), "--unit", Unit("supervisor-daemon.socket"),
                "bash", Path.Combine(_folder, "test.sh"),
            ],
            directory: Built.Repository);
        Assert.True(result.Code == 0, result.ToString());
        return result.Out + (result.Error.Length > 0 ? "--- stderr\n" + result.Error : "");
    }
}
