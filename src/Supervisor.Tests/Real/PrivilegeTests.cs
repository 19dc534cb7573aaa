using Supervisor.Tests.Support;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Capabilities, securebits and credentials, as the job sees them.</summary>
public class PrivilegeTests
{
    private static bool IsRoot => Environment.UserName == "root";

    [Fact]
    public async Task A_user_has_the_listed_capabilities_and_can_get_no_others()
    {
        Assert.SkipUnless(IsRoot, "only root has capabilities to give");
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], user: nobody, capabilities: [CAP_NET_BIND_SERVICE, net_raw]}");

        Assert.Equal(
            ["CapInh: 0000000000002400", "CapPrm: 0000000000002400", "CapEff: 0000000000002400", "CapBnd: 0000000000002400", "CapAmb: 0000000000002400"],
            CapabilitiesOf(await daemon.PidOf("web")));
        var told = await ProgramRun.ToEnd("getpcaps", [$"{await daemon.PidOf("web")}"], new Dictionary<string, string>(), daemon.Folder);
        Assert.Contains("cap_net_bind_service,cap_net_raw=eip", told.Out + told.Error);
    }

    [Fact]
    public async Task An_empty_list_takes_everything_from_root_too()
    {
        Assert.SkipUnless(IsRoot, "only root has capabilities to give");
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], capabilities: []}");

        Assert.All(CapabilitiesOf(await daemon.PidOf("web")), line => Assert.EndsWith(" 0000000000000000", line));
    }

    [Fact]
    public async Task Without_the_key_a_user_has_none_and_root_has_all_that_there_are()
    {
        Assert.SkipUnless(IsRoot, "only root has capabilities to give");
        await using var daemon = await Daemon.Start("""
            user: {command: [CHILD, sleep], user: nobody}
            root: {command: [CHILD, sleep]}
            """);

        Assert.Contains("CapEff: 0000000000000000", CapabilitiesOf(await daemon.PidOf("user")));
        Assert.Equal(CapabilitiesOf(Environment.ProcessId)[3], CapabilitiesOf(await daemon.PidOf("root"))[3]);
    }

    [Theory]
    [InlineData("[noroot, noroot-locked]", "secure-noroot: yes (locked)")]
    [InlineData("[no-setuid-fixup]", "secure-no-suid-fixup: yes (unlocked)")]
    public async Task Securebits_are_set_with_and_without_another_user(string bits, string printed)
    {
        Assert.SkipUnless(IsRoot, "only root changes securebits");
        await using var daemon = await Daemon.Start($$"""
            root: {kind: oneshot, command: [capsh, --print], securebits: {{bits}}}
            user: {kind: oneshot, command: [capsh, --print], securebits: {{bits}}, user: nobody}
            both: {kind: oneshot, command: [capsh, --print], securebits: {{bits}}, user: nobody, capabilities: [CAP_KILL]}
            """);
        await daemon.WaitFor("stopped", "root", "user", "both");

        Assert.Contains(printed, await daemon.Does("logs", "root"));
        Assert.Contains(printed, await daemon.Does("logs", "user"));
        var both = await daemon.Does("logs", "both");
        Assert.Contains(printed, both);
        Assert.Contains("Current: cap_kill=eip", both);
    }

    [Fact]
    public async Task A_job_gets_private_copies_of_its_credentials_until_its_run_is_over()
    {
        await using var daemon = await Daemon.Start(
            $$"""
            web:
              command: [sh, -c, 'd=$(env | sed -n "s/^CREDENTIALS_D[I]RECTORY=//p"); stat -c "%a %U" "$d" "$d"/db; cat "$d"/db; exec sleep 1000']
              before_start: [{run: [sh, -c, 'test -r "$(env | sed -n "s/^CREDENTIALS_D[I]RECTORY=//p")"/db']}]
              credentials: {db: DIR/secret}
              {{(IsRoot ? "user: nobody" : "")}}
            """,
            files: new Dictionary<string, string> { ["secret"] = "hush-hush\n" });
        File.SetUnixFileMode(Path.Combine(daemon.Folder, "secret"), UnixFileMode.UserRead);
        // By another name than the variable's own, which has a stand-in of these tests in it.
        await daemon.WaitFor("ready", "web");
        var user = IsRoot ? "nobody" : Environment.UserName;
        await daemon.Comes(_ => daemon.Does("logs", "web").Result.Contains("hush-hush"));

        Assert.Contains($"500 {user}\n400 {user}\nhush-hush", await daemon.Does("logs", "web"));
        Assert.DoesNotContain("hush", await daemon.Does("show", "web") + await daemon.Does("status", "-o", "json") + daemon.Log);
        var directory = Assert.Single(Directory.GetDirectories(Path.Combine(daemon.Folder, "run/credentials")));
        await daemon.Does("restart", "web");
        var again = Assert.Single(await Others(daemon, directory));
        await daemon.Does("stop", "web");
        Assert.Empty(await Others(daemon, again));
    }

    [Fact]
    public async Task A_secret_that_is_missing_is_a_failed_start_with_its_name()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], credentials: {db: DIR/none}, restart: never}");

        await daemon.LogSays("failed to start: copying credentials: No such file or directory (");
        Assert.Contains("/none", (await daemon.Supervisor("start", "web")).Error + daemon.Log);
        var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", daemon.ConfigurationFile], new Dictionary<string, string>(), daemon.Folder);
        Assert.Contains("copying credentials: No such file or directory", check.Out + check.Error);
    }

    // The removal is behind the end of the run.
    private static async Task<string[]> Others(Daemon daemon, string gone)
    {
        string[] left = [];
        await daemon.Comes(_ => !(left = Directory.GetDirectories(Path.Combine(daemon.Folder, "run/credentials"))).Contains(gone));
        return left;
    }

    private static string[] CapabilitiesOf(int pid) =>
        [.. File.ReadLines($"/proc/{pid}/status").Where(line => line.StartsWith("Cap", StringComparison.Ordinal)).Select(line => line.Replace('\t', ' '))];
}
