using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>What a child finds when it looks around.</summary>
[Collection("processes")]
public class ChildSetUpTests
{
    private static ProcessSpec Shell(string script) => new() { Command = ["sh", "-c", script] };

    private static async Task<string> Says(ProcessSpec spec)
    {
        var (status, output, error) = await TestProcesses.Run(spec);
        Assert.True(status.Code == 0, error);
        return output.TrimEnd();
    }

    private static bool IsRoot => Environment.UserName == "root";

    [Fact]
    public async Task It_has_exactly_the_three_standard_descriptors() =>
        // The fourth is the listing's own.
        Assert.Equal("0\n1\n2\n3", await Says(new() { Command = ["ls", "/proc/self/fd"] }));

    [Fact]
    public async Task No_signal_is_ignored_or_blocked()
    {
        var status = await Says(new() { Command = ["cat", "/proc/self/status"] });

        Assert.Contains("SigBlk:\t0000000000000000", status);
        Assert.Contains("SigIgn:\t0000000000000000", status);
        Assert.Contains("SigCgt:\t0000000000000000", status);
    }

    [Fact]
    public async Task It_leads_its_own_session_and_group() =>
        Assert.Equal("yes", await Says(Shell("set -- $(cut -d' ' -f1,5,6 /proc/$$/stat); [ $1 = $2 ] && [ $1 = $3 ] && echo yes")));

    [Fact]
    public async Task Its_working_directory_is_the_root_unless_told()
    {
        Assert.Equal("/", await Says(Shell("pwd -P")));
        Assert.Equal("/usr", await Says(Shell("pwd -P") with { Directory = "/usr" }));
    }

    [Fact]
    public async Task Open_files_are_1024_by_default_and_what_the_configuration_says_otherwise()
    {
        Assert.Equal("1024", await Says(Shell("ulimit -Sn")));
        Assert.Equal("33 44", await Says(Shell("echo $(ulimit -Sn) $(ulimit -Hn)") with { Limits = [new(RlimitResource.Nofile, 33, 44)] }));
    }

    [Fact]
    public async Task Limits_are_set() =>
        Assert.Equal("0 unlimited", await Says(Shell("echo $(ulimit -c) $(ulimit -t)") with
        {
            Limits = [new(RlimitResource.Core, 0, 0), new(RlimitResource.Cpu, ResourceLimit.Unlimited, ResourceLimit.Unlimited)],
        }));

    [Fact]
    public async Task Nice_umask_and_oom_score_are_set() =>
        Assert.Equal("7 0027 300", await Says(Shell("echo $(nice) $(umask) $(cat /proc/self/oom_score_adj)") with { Nice = 7, Umask = 23, OomScoreAdjust = 300 }));

    [Fact]
    public async Task Scheduling_io_priority_and_affinity_are_set() =>
        Assert.Equal("3 0 idle", await Says(Shell("echo $(cut -d' ' -f41 /proc/self/stat) $(sed -n 's/Cpus_allowed_list:\t//p' /proc/self/status) $(ionice)") with
        {
            Scheduling = new(SchedulingPolicy.Batch, 0),
            IoPriority = new(IoClass.Idle, 0),
            CpuAffinity = [0],
        }));

    [Fact]
    public async Task No_new_privileges_is_set() =>
        Assert.Equal("1", await Says(Shell("sed -n 's/NoNewPrivs:\t//p' /proc/self/status") with { NoNewPrivileges = true }));

    [Fact]
    public async Task User_group_and_groups_change_and_the_environment_tells_the_user()
    {
        Assert.SkipUnless(IsRoot, "only root changes users");

        var spec = Shell("echo $(id -u) $(id -g) $(id -G) $USER $LOGNAME $HOME") with { User = "nobody", Group = "daemon", SupplementaryGroups = ["adm", "4242"] };

        var adm = (await Says(new() { Command = ["getent", "group", "adm"] })).Split(':')[2];
        var said = (await Says(spec)).Split(' ');
        Assert.Equal(["65534", "1"], said[..2]);
        Assert.Equal(new[] { "1", adm, "4242" }.Order(), said[2..5].Order());
        Assert.Equal(["nobody", "nobody", "/nonexistent"], said[5..]);
    }

    [Fact]
    public async Task Our_own_dumpable_flag_survives_a_child_that_changes_its_user()
    {
        Assert.SkipUnless(IsRoot, "only root changes users");

        await Says(new() { Command = ["true"], User = "nobody" });

        Assert.Equal(1, Linux.signal_h.prctl(Linux.signal_h.PR_GET_DUMPABLE, 0));
    }

    [Fact]
    public async Task It_is_told_its_variables_and_not_ours()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", "/run/x");
        Environment.SetEnvironmentVariable("SUPERVISOR_JOB", "outer");
        try
        {
            var (process, _) = await TestProcesses.TryStart(
                Shell("echo $COLOUR ${NOTIFY_SOCKET-none} ${SUPERVISOR_JOB-none} $SUPERVISOR_INVOCATION_ID") with { Environment = [new("COLOUR", "red")] },
                invocationId: "00112233445566778899aabbccddeeff");
            using (process)
                Assert.Equal("red none none 00112233445566778899aabbccddeeff\n", await process!.Output.Soon());
        }
        finally
        {
            Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
            Environment.SetEnvironmentVariable("SUPERVISOR_JOB", null);
        }
    }

    [Fact]
    public async Task Output_is_appended_to_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "before\n");
            var append = new StdioTarget(StdioKind.Append, Path: file);
            var (process, _) = await TestProcesses.TryStart(Shell("echo out; echo err >&2"), new(StdioTarget.Null, append, append));
            using (process)
                await process!.Exited.Soon();

            Assert.Equal("before\nout\nerr\n", File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
