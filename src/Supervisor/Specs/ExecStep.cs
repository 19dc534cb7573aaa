namespace Supervisor.Specs;

/// <summary>
/// The steps of starting a program, in the order in which they are tried. A start that fails names the step, so that nobody has to
/// guess from an exit status. Values are part of the report page between child and parent: add at the end of a group, never reuse.
/// </summary>
public enum ExecStep
{
    /// <summary>No step: nothing was tried, or all went well.</summary>
    None = 0,

    // Before the child exists, in normal calls of the spawn thread.
    /// <summary>Finding the program on PATH.</summary>
    FindProgram = 1,
    /// <summary>Looking at the head of the executable: format, interpreter, architecture.</summary>
    CheckProgram = 2,
    /// <summary>Looking up user, group and supplementary groups.</summary>
    LookUpUser = 3,
    /// <summary>Reading the environment files.</summary>
    ReadEnvironmentFile = 4,
    /// <summary>Opening the working directory.</summary>
    OpenDirectory = 5,
    /// <summary>Opening stdin, stdout or stderr.</summary>
    OpenStdio = 6,
    /// <summary>clone(2) itself.</summary>
    CreateProcess = 7,
    /// <summary>pidfd_open(2) of the new process.</summary>
    OpenPidfd = 8,
    /// <summary>A <c>before_start</c> step of the job.</summary>
    BeforeStart = 9,
    /// <summary>Making the job's cgroup and setting its limits.</summary>
    SetUpCgroup = 10,
    /// <summary>Opening the job's <c>sockets</c>.</summary>
    OpenSockets = 11,

    /// <summary>Copying the files of <c>credentials</c>.</summary>
    CopyCredentials = 12,

    // In the child, in this order (spawn plan).
    /// <summary>Setting signal dispositions to default.</summary>
    ResetSignals = 20,
    /// <summary>setsid(2).</summary>
    NewSession = 21,
    /// <summary>Placing stdin at 0.</summary>
    Stdin = 22,
    /// <summary>Placing stdout at 1.</summary>
    Stdout = 23,
    /// <summary>Placing stderr at 2.</summary>
    Stderr = 24,
    /// <summary>Placing inherited descriptors at their numbers.</summary>
    InheritedDescriptors = 25,
    /// <summary>close_range(2) on the rest.</summary>
    CloseDescriptors = 26,
    /// <summary>prlimit64(2).</summary>
    ResourceLimits = 27,
    /// <summary>setpriority(2).</summary>
    Nice = 28,
    /// <summary>ioprio_set(2).</summary>
    IoPriority = 29,
    /// <summary>sched_setscheduler(2).</summary>
    Scheduling = 30,
    /// <summary>sched_setaffinity(2).</summary>
    Affinity = 31,
    /// <summary>Writing /proc/self/oom_score_adj.</summary>
    OomScoreAdjust = 32,
    /// <summary>umask(2).</summary>
    Umask = 33,
    /// <summary>chroot(2).</summary>
    Chroot = 34,
    /// <summary>fchdir(2).</summary>
    ChangeDirectory = 35,
    /// <summary>Joining the job's cgroup.</summary>
    JoinCgroup = 36,
    /// <summary>setgroups(2).</summary>
    SupplementaryGroups = 37,
    /// <summary>setresgid(2).</summary>
    Group = 38,
    /// <summary>setresuid(2).</summary>
    User = 39,
    /// <summary>capset(2).</summary>
    Capabilities = 40,
    /// <summary>prctl(PR_SET_NO_NEW_PRIVS).</summary>
    NoNewPrivileges = 41,
    /// <summary>prctl(PR_SET_PDEATHSIG).</summary>
    ParentDeathSignal = 42,
    /// <summary>The signal mask.</summary>
    SignalMask = 43,
    /// <summary>execve(2).</summary>
    Execute = 44,
    /// <summary>prctl(PR_SET_SECUREBITS), directly after the capabilities.</summary>
    SecureBits = 45,
}

/// <summary>Words for the steps.</summary>
public static class ExecSteps
{
    /// <summary>The step in words that complete "web: failed to start: ...".</summary>
    public static string InWords(this ExecStep step) => step switch
    {
        ExecStep.None => "starting",
        ExecStep.FindProgram => "finding the program",
        ExecStep.CheckProgram => "checking the program",
        ExecStep.LookUpUser => "looking up the user",
        ExecStep.ReadEnvironmentFile => "reading the environment file",
        ExecStep.OpenDirectory => "changing directory",
        ExecStep.OpenStdio => "opening standard input or output",
        ExecStep.CreateProcess => "creating the process",
        ExecStep.OpenPidfd => "opening a pidfd",
        ExecStep.BeforeStart => "before_start",
        ExecStep.SetUpCgroup => "setting up the cgroup",
        ExecStep.OpenSockets => "opening its sockets",
        ExecStep.ResetSignals => "resetting signals",
        ExecStep.NewSession => "starting a session",
        ExecStep.Stdin => "setting up standard input",
        ExecStep.Stdout => "setting up standard output",
        ExecStep.Stderr => "setting up standard error",
        ExecStep.InheritedDescriptors => "passing descriptors",
        ExecStep.CloseDescriptors => "closing descriptors",
        ExecStep.ResourceLimits => "setting resource limits",
        ExecStep.Nice => "setting the nice value",
        ExecStep.IoPriority => "setting the I/O priority",
        ExecStep.Scheduling => "setting the scheduling policy",
        ExecStep.Affinity => "setting the CPU affinity",
        ExecStep.OomScoreAdjust => "setting oom_score_adj",
        ExecStep.Umask => "setting the umask",
        ExecStep.Chroot => "changing the root directory",
        ExecStep.ChangeDirectory => "changing directory",
        ExecStep.JoinCgroup => "joining the cgroup",
        ExecStep.SupplementaryGroups => "setting supplementary groups",
        ExecStep.Group => "changing group",
        ExecStep.User => "changing user",
        ExecStep.Capabilities => "setting capabilities",
        ExecStep.NoNewPrivileges => "setting no_new_privileges",
        ExecStep.ParentDeathSignal => "setting the parent-death signal",
        ExecStep.SignalMask => "setting the signal mask",
        ExecStep.Execute => "executing",
        ExecStep.SecureBits => "setting the securebits",
        ExecStep.CopyCredentials => "copying credentials",
        _ => $"step {(int)step}",
    };

    /// <summary>The key of the configuration that the step comes from, for "(web.yaml:7:16 directory)"; null when no key made it.</summary>
    public static string? ConfigurationKey(this ExecStep step) => step switch
    {
        ExecStep.FindProgram or ExecStep.CheckProgram or ExecStep.Execute => "command",
        ExecStep.LookUpUser or ExecStep.User => "user",
        ExecStep.Group => "group",
        ExecStep.SupplementaryGroups => "supplementary_groups",
        ExecStep.ReadEnvironmentFile => "environment_file",
        ExecStep.OpenDirectory or ExecStep.ChangeDirectory => "directory",
        ExecStep.OpenStdio or ExecStep.Stdout or ExecStep.Stderr => "log",
        ExecStep.ResourceLimits => "limits",
        ExecStep.Nice => "nice",
        ExecStep.IoPriority => "ionice",
        ExecStep.Scheduling => "scheduling",
        ExecStep.Affinity => "cpu_affinity",
        ExecStep.OomScoreAdjust => "oom_score_adjust",
        ExecStep.Umask => "umask",
        ExecStep.Chroot => "chroot",
        ExecStep.NoNewPrivileges => "no_new_privileges",
        ExecStep.Capabilities => "capabilities",
        ExecStep.SecureBits => "securebits",
        ExecStep.CopyCredentials => "credentials",
        ExecStep.BeforeStart => "before_start",
        ExecStep.SetUpCgroup => "resources",
        ExecStep.OpenSockets => "sockets",
        _ => null,
    };
}
