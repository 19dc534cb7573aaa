using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Control groups where systemd delegates one (scripts/with-systemd.sh; needs root), and in a container that may write its own.</summary>
public sealed class CgroupTests : IDisposable
{
    private readonly SystemdServices _systemd = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task A_job_cannot_leave_its_cgroup_whatever_it_does_to_its_session_environment_and_output()
    {
        // Session, environment, output, parent: nothing tells whose this is but the cgroup. It ignores SIGTERM.
        await _systemd.Configure("hidden", """
            web: {command: [sh, -c, '(env -i setsid sh -c "trap \"\" TERM; exec sleep 4711" >/dev/null 2>&1 </dev/null &); exec sleep 4712'], stop: {timeout: 200ms}}
            db: {command: [sleep, '4713']}
            """);

        var said = await _systemd.Run("""
            unit hidden Delegate=yes
            timeout 60 $SUPERVISOR wait web db --for ready $K >&2
            until pgrep -f '^sleep 4711' >/dev/null; do sleep 0.05; done
            echo "supervisor in $(job_of $(systemctl show -P MainPID hidden))"
            for seconds in 4711 4712 4713; do echo "$seconds in $(job_of $(pgrep -f "^sleep $seconds"))"; done
            $SUPERVISOR status -o json $K | grep -o '"strays":[0-9]*'
            first=$(pgrep -f '^sleep 4711')
            kill -9 $(pgrep -f '^sleep 4712')
            journalctl -f -n all -u hidden -o cat --no-pager | timeout 60 grep -o -m1 'ignore SIGTERM; SIGKILL to all of them'
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            [ -d /proc/$first ] || echo 'the hidden one is gone'
            $SUPERVISOR stop web $K
            ls $C | grep -c 'web.job'
            pgrep -f '^sleep 471[12]' || echo 'nobody left'
            """);

        Assert.Contains("supervisor in /supervisor\n4711 in /web.job/main\n4712 in /web.job/main\n4713 in /db.job/main\n\"strays\":0\n", said);
        Assert.Contains("ignore SIGTERM; SIGKILL to all of them\nthe hidden one is gone\nweb: stopped", said);
        Assert.Contains("\n0\nnobody left\n", said);
    }

    [Fact]
    public async Task A_command_beside_the_main_process_has_a_cgroup_of_its_own_in_the_jobs_and_is_never_started_into_a_frozen_one()
    {
        await _systemd.Configure("beside", """
            web:
              command: [sleep, '4721']
              before_start: [{run: [sh, -c, 'grep ^0:: /proc/self/cgroup']}]
              reload: {run: [sh, -c, 'grep ^0:: /proc/self/cgroup']}
              cpu_affinity: [0]
            """);

        var said = await _systemd.Run("""
            unit beside Delegate=yes
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            $SUPERVISOR reload web $K
            echo 1 >$C/web.job/cgroup.freeze
            until grep -q 'frozen 1' $C/web.job/main/cgroup.events; do sleep 0.05; done
            echo frozen
            timeout 60 $SUPERVISOR reload web $K 2>&1
            echo 0 >$C/web.job/cgroup.freeze
            $SUPERVISOR logs web $K
            ls $C/web.job | grep -E 'main|step'
            """);

        Assert.Contains("/beside.service/web.job/main\n", said);
        Assert.Matches(@"/beside\.service/web\.job/step-\d+\n", said);
        Assert.Contains("frozen\n", said);
        Assert.Matches(@"setting up the cgroup: .*/web\.job/step-\d+ is frozen \(cgroup\.freeze\)", said);
        Assert.EndsWith("\nmain\n", said);
    }

    [Fact]
    public async Task A_user_who_has_been_given_a_cgroup_uses_it_and_without_one_limits_are_warned_of_or_refused()
    {
        const string Jobs = """
            web: {command: [sleep, '4731'], resources: {memory: 100MiB, tasks: 10}}
            strict: {command: [sleep, '4732'], resources: {memory: 100MiB, required: true}, restart: never}
            """;
        await _systemd.Configure("given", Jobs);
        await _systemd.Configure("bare", Jobs);

        var said = await _systemd.Run("""
            unit given User=nobody Delegate=yes
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            echo "given: $(job_of $(pgrep -f '^sleep 4731')), $(stat -c %U $C/web.job)"
            systemctl stop given
            unit bare
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            echo "bare: in '$(job_of $(pgrep -f '^sleep 4731'))'"
            timeout 60 $SUPERVISOR wait strict --for stopped $K >&2
            $SUPERVISOR status -o wide $K
            $SUPERVISOR why strict $K
            systemctl stop bare
            journalctl -u bare -o cat --no-pager | grep -c 'resources do not hold'
            """);

        Assert.Contains("given: /web.job/main, nobody\n", said);
        Assert.Contains("bare: in ''\n", said);
        const string Reason = "our cgroup /system.slice/bare.service is not delegated to us (systemd: Delegate=yes)";
        Assert.Contains("resources do not hold: memory, tasks: " + Reason, said);
        Assert.Contains("failed to start: setting up the cgroup: memory: " + Reason, said);
        Assert.EndsWith("\n1\n", said);
    }

    [Fact]
    public async Task A_signal_to_all_comes_to_each_of_them_once_whatever_group_and_session_he_is_in()
    {
        await _systemd.Configure("all", "web: {command: [bash, FOLDER/terms.sh], stop: {to: group, timeout: 20s}}");
        await _systemd.Write("terms.sh", """
            await_term() {
              n=0
              trap "n=1; echo got $1" TERM
              echo there $1
              while [ $n = 0 ]; do sleep 0.05; done
              sleep 0.5
            }
            if [ $# = 1 ]; then await_term $1; exit; fi
            await_term group &
            setsid bash $0 session &
            await_term main
            wait
            """);

        var said = await _systemd.Run("""
            unit all Delegate=yes
            timeout 60 $SUPERVISOR wait web --for ready $K >&2
            for who in main group session; do until $SUPERVISOR logs web $K | grep -q "there $who"; do sleep 0.1; done; done
            $SUPERVISOR stop web $K
            $SUPERVISOR logs web $K | grep got | sort
            """);

        Assert.EndsWith("got group\ngot main\ngot session\n", said);
    }

    [Fact]
    public async Task In_a_container_with_a_writable_cgroup_it_is_used()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can make a cgroup namespace");
        var cgroup = Path.Combine(Cgroups(), "supervisor-test-" + Guid.NewGuid().ToString("N")[..8]);
        var under = $$"""
            mkdir {{cgroup}}
            echo 0 >{{cgroup}}/cgroup.procs
            exec unshare --cgroup --mount bash -e -c 'mount -t cgroup2 none /mnt; exec "$@"' inside "$@"
            """;
        try
        {
            await using (var daemon = await Daemon.Start("web: {command: [sh, -c, '(setsid sleep 1000 &); exec CHILD sleep']}", under: under))
            {
                await daemon.WaitFor("ready", "web");
                Assert.Equal($"{daemon.Pid}\n", await File.ReadAllTextAsync(cgroup + "/supervisor/cgroup.procs"));
                Assert.Contains($"{await daemon.PidOf("web")}\n", await File.ReadAllTextAsync(cgroup + "/web.job/main/cgroup.procs"));

                await daemon.Does("stop", "web");
                await daemon.Does("start", "web");
                Assert.Contains($"{await daemon.PidOf("web")}\n", await File.ReadAllTextAsync(cgroup + "/web.job/main/cgroup.procs"));
                Assert.Equal(0, (await daemon.Stop()).Code);
            }

            Assert.Equal(["supervisor"], Directory.GetDirectories(cgroup).Select(Path.GetFileName));
        }
        finally
        {
            foreach (var directory in new[] { cgroup + "/supervisor", cgroup }.Where(Directory.Exists))
            {
                Directory.Delete(directory);
            }
        }
    }

    [Fact]
    public async Task The_root_cgroup_of_the_machine_is_left_alone()
    {
        var before = Directory.GetDirectories(Cgroups()).ToHashSet();
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], resources: {tasks: 10}}");
        await daemon.WaitFor("ready", "web");

        Assert.DoesNotContain(Directory.GetDirectories(Cgroups()).Except(before), made => Path.GetFileName(made).EndsWith(".job", StringComparison.Ordinal));
        Assert.Contains("resources do not hold: tasks: ", (await daemon.Status("web")).GetProperty("resource_warning").GetString());
    }

    private static string Cgroups() =>
        new[] { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" }.First(directory => File.Exists(directory + "/cgroup.controllers"));
}
