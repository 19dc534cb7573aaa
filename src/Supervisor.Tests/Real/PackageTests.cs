using System.Text.RegularExpressions;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The Debian package in a small Debian with a systemd of its own, and the tarball.</summary>
[Trait("binary", "NativeAOT")]
public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_installed_started_upgraded_without_touching_a_job_removed_and_purged_without_a_trace()
    {
        using var package = await DebianPackage.Make();
        var newer = await DebianPackage.Build("deb", package.Folder, "--version", "99.0.0");

        var said = await InSystemd(package, $$"""
            everything() { find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log/journal \) -prune -o -print | sort; }
            job() { supervisor status web -o json | grep -o '"name":"web".*"pid":[0-9]*' | grep -o '[0-9]*$'; }
            mkdir -p /var/lib/systemd # belongs to systemd, which makes it when it is missing
            everything >/tmp/before

            step installed
            dpkg -i {{package.File}} >&2
            systemctl is-active supervisor-daemon supervisor-daemon.socket
            systemctl is-enabled supervisor-daemon supervisor-daemon.socket
            supervisor status >&2 && echo "status works"
            supervisor check && ls /etc/supervisor-daemon

            step jobs
            printf 'jobs:\n  web: {command: [sleep, infinity]}\n' >/etc/supervisor-daemon/jobs.d/web.yaml
            systemctl reload supervisor-daemon
            timeout 60 supervisor wait web --for ready >&2
            first=$(job) daemon=$(systemctl show -P MainPID supervisor-daemon)

            step upgraded
            dpkg -i {{newer}} >/tmp/upgrade.log 2>&1 || cat /tmp/upgrade.log
            grep -q 'upgraded from version' /tmp/upgrade.log && echo "told" || cat /tmp/upgrade.log
            readlink "/proc/$daemon/exe"
            dpkg-query -W -f '${Version}\n' supervisor-daemon
            [ -n "$first" ] && [ "$(job)" = "$first" ] && [ "$(systemctl show -P MainPID supervisor-daemon)" = "$daemon" ] && echo "same processes"

            step stopped
            systemctl stop supervisor-daemon
            dpkg -i {{newer}} >&2
            systemctl is-active supervisor-daemon
            systemctl start supervisor-daemon
            timeout 60 supervisor wait web --for ready >&2 && echo "runs again"

            step removed
            dpkg -r supervisor-daemon >&2
            systemctl is-active supervisor-daemon
            echo "left: $(cat /proc/[0-9]*/comm | grep -cx sleep)"
            ls /etc/supervisor-daemon

            step purged
            rm /etc/supervisor-daemon/jobs.d/web.yaml
            dpkg -P supervisor-daemon >&2
            everything | diff /tmp/before - && ls -d /run/supervisor-daemon* 2>/dev/null || echo "nothing left"
            """);

        Assert.Equal(
            """
            == installed
            active
            inactive
            enabled
            disabled
            status works
            /etc/supervisor-daemon/supervisor.yaml: valid, 0 jobs
            jobs.d
            supervisor.yaml
            == jobs
            == upgraded
            told
            /usr/bin/supervisor
            99.0.0
            same processes
            == stopped
            inactive
            runs again
            == removed
            inactive
            left: 0
            jobs.d
            supervisor.yaml
            == purged
            nothing left

            """, said);
    }

    [Fact]
    public async Task The_packaged_units_are_right_and_a_reload_is_waited_for_by_both_ways_of_a_newer_systemd()
    {
        using var package = await DebianPackage.Make();

        var said = await InSystemd(package, $$$"""
            dpkg -i {{{package.File}}} >&2
            systemd-analyze verify --recursive-errors=no --man=no supervisor-daemon.service supervisor-daemon.socket 2>&1 && echo "verified"
            echo 'jobs: {one: {command: [sleep, infinity]}}' >/etc/supervisor-daemon/jobs.d/one.yaml
            systemctl reload supervisor-daemon && supervisor status one >/dev/null; echo "one: $?"
            mkdir -p /etc/systemd/system/supervisor-daemon.service.d
            printf '[Service]\nType=notify-reload\nExecReload=\n' >/etc/systemd/system/supervisor-daemon.service.d/reload.conf
            systemctl daemon-reload
            systemctl restart supervisor-daemon
            echo 'jobs: {two: {command: [sleep, infinity]}}' >/etc/supervisor-daemon/jobs.d/two.yaml
            systemctl reload supervisor-daemon && supervisor status two >/dev/null; echo "two: $?"
            systemctl is-active supervisor-daemon
            """);

        Assert.Matches("^verified\none: [03]\ntwo: [03]\nactive\n$", said);
    }

    [Fact]
    public async Task Members_of_the_control_group_may_look_and_others_are_refused()
    {
        using var package = await DebianPackage.Make();

        var said = await InSystemd(package, $$"""
            dpkg -i {{package.File}} >&2
            sed -i 's/^#supervisor:/supervisor:/; s/^#  control:/  control:/' /etc/supervisor-daemon/supervisor.yaml
            systemctl restart supervisor-daemon
            as_nobody() { setpriv --reuid=nobody --regid=nogroup "$@" 2>&1; }
            as_nobody --groups=adm supervisor status >/dev/null; echo "member: $?"
            as_nobody --groups=adm supervisor shutdown >/dev/null; echo "member who stops: $?"
            as_nobody --clear-groups supervisor status >/dev/null; echo "other: $?"
            """);

        Assert.Equal("member: 0\nmember who stops: 5\nother: 5\n", said);
    }

    [Fact]
    public async Task A_supervisor_for_one_user_needs_one_line_and_no_root()
    {
        using var package = await DebianPackage.Make();

        var said = await InSystemd(package, $$$"""
            mkdir -p /etc/systemd/system/supervisor-daemon.service.d
            printf '[Service]\nUser=www-data\n' >/etc/systemd/system/supervisor-daemon.service.d/user.conf
            dpkg -i {{{package.File}}} >&2
            echo 'jobs: {one: {command: [sleep, infinity]}, two: {command: [sh, -c, "echo up; env | grep _DIRECTORY; exec sleep infinity"], log: {stdout: file} } }' >/etc/supervisor-daemon/jobs.d/jobs.yaml
            systemctl reload supervisor-daemon
            timeout 60 supervisor wait one two --for ready >&2
            stat -c '%U %n' /run/supervisor-daemon/control.sock /var/lib/supervisor-daemon /var/log/supervisor-daemon/*
            cat /var/log/supervisor-daemon/*
            setpriv --reuid=www-data --regid=www-data --clear-groups supervisor status one >/dev/null && echo "its user has control"
            systemctl stop supervisor-daemon && systemctl show -P Result supervisor-daemon
            """);

        Assert.Equal(
            """
            www-data /run/supervisor-daemon/control.sock
            www-data /var/lib/supervisor-daemon
            www-data /var/log/supervisor-daemon/two.log
            up
            its user has control
            success

            """, said);
    }

    [Fact]
    public async Task The_same_files_make_the_same_bytes()
    {
        using var package = await DebianPackage.Make();
        var again = await DebianPackage.Build("deb", _folder);
        var (one, other) = (await DebianPackage.Build("tarball", package.Folder), await DebianPackage.Build("tarball", _folder));

        Assert.Equal(File.ReadAllBytes(package.File), File.ReadAllBytes(again));
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
    }

    [Fact]
    public async Task The_tarball_runs_where_it_lies_and_goes_below_a_prefix_and_away_again()
    {
        Assert.SkipUnless(Built.IsAot, "packages are made of the NativeAOT binary (SUPERVISOR_BINARY)");
        var archive = await DebianPackage.Build("tarball", _folder);
        await Sh($"tar -C {_folder} -xzf {archive}");
        var unpacked = Directory.GetDirectories(_folder).Single();
        var prefix = Path.Combine(_folder, "opt");

        Assert.StartsWith("supervisor ", await Sh($"{unpacked}/bin/supervisor version"));
        await Sh($"{unpacked}/install.sh --prefix {prefix}/");
        var unit = File.ReadAllText(Path.Combine(prefix, "lib/systemd/system/supervisor-daemon.service"));
        Assert.Contains($"ExecStart={prefix}/bin/supervisor run --config {prefix}/etc/supervisor-daemon/supervisor.yaml\n", unit);
        Assert.DoesNotMatch(new Regex("/usr/bin/supervisor|[ =]/etc/"), unit);
        Assert.Contains("valid, 0 jobs", await Sh($"{prefix}/bin/supervisor check -c {prefix}/etc/supervisor-daemon/supervisor.yaml"));

        await Sh($"{unpacked}/install.sh --uninstall --prefix {prefix}");
        Assert.Equal("etc\netc/supervisor-daemon\netc/supervisor-daemon/jobs.d\netc/supervisor-daemon/supervisor.yaml\n", await Sh($"cd {prefix} && find . -mindepth 1 -printf '%P\\n' | sort"));
    }

    [Fact]
    public async Task Installed_system_wide_the_units_are_where_systemd_looks()
    {
        Assert.SkipUnless(Built.IsAot, "packages are made of the NativeAOT binary (SUPERVISOR_BINARY)");
        await Sh($"tar -C {_folder} -xzf {await DebianPackage.Build("tarball", _folder)}");
        var unpacked = Directory.GetDirectories(_folder).Single();
        var root = Path.Combine(_folder, "root");

        await Sh($"mkdir -p {root}/usr/local/include {root}/usr/local/share/man/man8");
        await Sh($"DESTDIR={root} {unpacked}/install.sh");

        Assert.Contains("ExecStart=/usr/local/bin/supervisor run --config /etc/supervisor-daemon/supervisor.yaml\n", File.ReadAllText(Path.Combine(root, "etc/systemd/system/supervisor-daemon.service")));
        Assert.True(File.Exists(Path.Combine(root, "etc/supervisor-daemon/supervisor.yaml")));
        Assert.True(File.Exists(Path.Combine(root, "usr/local/share/man/man8/supervisor.8.gz")));

        await Sh($"DESTDIR={root} {unpacked}/install.sh --uninstall");
        Assert.Equal("etc/supervisor-daemon/supervisor.yaml\n", await Sh($"cd {root} && find . -type f -printf '%P\n'"));
        Assert.True(Directory.Exists(Path.Combine(root, "usr/local/include")) && Directory.Exists(Path.Combine(root, "usr/local/share/man/man8")));
        Assert.False(Directory.Exists(Path.Combine(root, "usr/local/share/doc/supervisor-daemon")) || Directory.Exists(Path.Combine(root, "usr/local/share/supervisor-daemon")));
    }

    private static async Task<string> InSystemd(DebianPackage package, string script)
    {
        var file = Path.Combine(package.Folder, "test.sh");
        await File.WriteAllTextAsync(file, $"export DEBIAN_FRONTEND=noninteractive\nstep() {{ echo \"== $1\"; }}\n{script}\nexit 0\n");
        return await DebianPackage.Script("with-systemd.sh", ["--root", package.Root, "bash", file]);
    }

    private static async Task<string> Sh(string command)
    {
        var result = await ProgramRun.ToEnd("sh", ["-c", command]);
        Assert.True(result.Code == 0, result.ToString());
        return result.Out;
    }
}
