using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The drop-in that locks the unit down, as docs/systemd.md describes it.</summary>
public sealed partial class HardenedUnitTests : IDisposable
{
    private readonly PrivateSystemd _systemd = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Jobs_of_other_users_run_under_it_and_cannot_do_what_it_forbids()
    {
        var said = await _systemd.Run("""
            version: 1
            supervisor: {http: {listen: '127.0.0.1:0'}}
            jobs:
              web:
                user: nobody
                limits: {nofile: 4096}
                nice: -5
                command: [sh, -c, 'echo up; exec sleep infinity']
              root: {command: [sleep, infinity]}
              forbidden:
                kind: oneshot
                restart: never
                command: [sh, -c, 'for what in "touch /usr/x" "touch /etc/x" "unshare -U true" "mount -t tmpfs x /mnt" "hostname x"; do $what 2>/dev/null && echo "$what"; done >/var/tmp/allowed; true']
            """, $"""
            cp {PrivateSystemd.Packaged("hardened.conf")} /etc/systemd/system/supervisor-daemon.service.d/
            drop_in 'BindReadOnlyPaths=-{Built.Repository}'
            systemctl start supervisor-daemon
            timeout 60 $SUPERVISOR wait web root --for ready >&2
            timeout 60 $SUPERVISOR wait forbidden --for stopped >&2
            ps -o user=,ni=,comm= -p $(pgrep -u nobody -x sleep) | tr -s ' '
            find /proc/$(systemctl show -P MainPID supervisor-daemon)/root/var/tmp/allowed -size 0 -printf 'nothing allowed\n'
            status completed
            systemctl stop supervisor-daemon
            systemctl show -P Result supervisor-daemon
            """);

        Assert.Matches("^nobody -5 sleep\nnothing allowed\n3 jobs: 2 ready, 1 completed\nsuccess\n", said);
    }

    [Fact]
    public async Task The_scores_are_those_of_the_manual()
    {
        var version = await ProgramRun.ToEnd("systemctl", ["--version"]);
        Assert.SkipUnless(version.Out.StartsWith("systemd 252"), "the manual gives the figures of systemd 252");
        var folder = Directory.CreateTempSubdirectory("score-");
        try
        {
            var plain = File.ReadAllText(PrivateSystemd.Packaged("supervisor-daemon.service"));
            var dropIn = File.ReadAllLines(PrivateSystemd.Packaged("hardened.conf")).Where(line => line.Contains('=') && line[0] != '#');
            var manual = File.ReadAllText(Path.Combine(Built.Repository, "docs/systemd.md"));
            foreach (var (name, unit) in ((string, string)[])[("as it is", plain), ("hardened", plain.Replace("[Install]", string.Join('\n', dropIn) + "\n[Install]"))])
            {
                var file = Path.Combine(folder.FullName, "supervisor-daemon.service");
                File.WriteAllText(file, unit);
                var analyzed = await ProgramRun.ToEnd("systemd-analyze", ["security", "--offline=true", "--threshold=100", file]);
                var score = Score().Match(analyzed.Out).Groups[1].Value;

                Assert.True(double.TryParse(score, CultureInfo.InvariantCulture, out _), analyzed.ToString());
                Assert.Contains($"| {name} | {score} |", manual);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"Overall exposure level for \S+: (\S+)")]
    private static partial Regex Score();
}
