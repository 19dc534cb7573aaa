using System.Numerics;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Linux.SystemCallNumbers;

namespace Supervisor.Processes;

/// <summary>
/// The list of system calls that make one start, in the order of the steps in <see cref="ExecStep"/>. What may stand where is fixed by
/// reasons: docs/adr/0002. Capabilities come in two parts, around the change of the user.
/// </summary>
internal sealed unsafe class SpawnPlan
{
    /// <summary>The variable that says for whom the sockets are meant.</summary>
    public const string OwnPid = "LISTEN_PID";

    /// <summary>What such a variable holds until the child writes its own pid: as many digits as an int can have.</summary>
    public const string RoomForPid = StartRequest.RoomForPid;

    // Ours alone: they come last, and win over what the configuration says.
    private static readonly string[] _ownPids = [OwnPid, "WATCHDOG_PID"];

    private readonly ChangedSignals _signals = new();

    // More than most starts need, so that nothing grows.
    private const int UsualCount = 128;
    private readonly List<PlannedCall> _calls = new(UsualCount);
    private readonly List<string?> _details = new(UsualCount);
    private Arena _arena = null!;
    private DescriptorWindow? _window;

    /// <summary>The calls.</summary>
    public ReadOnlySpan<PlannedCall> Calls => CollectionsMarshal.AsSpan(_calls);

    /// <summary>Where the child writes its own pid, in digits with a NUL behind: a list that ends with null.</summary>
    public byte** PidTexts { get; private set; }

    /// <summary>What call <paramref name="index"/> is about, for messages.</summary>
    public string? Detail(int index) => index < _details.Count ? _details[index] : null;

    /// <summary>Puts all calls of a start in the place of those of the last one.</summary>
    /// <param name="start">The start.</param>
    /// <param name="arena">Where what they point to is.</param>
    /// <param name="options">What is the same for every start.</param>
    /// <param name="window">Where the child finds its descriptors, of which it has no others then; null: at their own numbers.</param>
    public void Make(Preparation start, Arena arena, SpawnOptions options, DescriptorWindow? window)
    {
        _arena = arena;
        _window = window;
        _calls.Clear();
        _details.Clear();
        OwnDescriptors();
        ResetSignals();
        Add(new(ExecStep.NewSession, SYS_setsid));
        Stdio(start);
        Inherited(start, number => number < start.FirstUnused);
        CloseDescriptors(start.FirstUnused, options);
        Inherited(start, number => number > start.FirstUnused);
        Limits(start.Spec, options);
        Priorities(start.Spec);
        OomScore(start.Spec);
        Directories(start);
        Cgroup(start);
        Identity(start);
        Rest(start, options);
    }

    private void Add(PlannedCall call, string? detail = null)
    {
        _calls.Add(call);
        _details.Add(detail);
    }

    // Until this call the child has the supervisor's own table.
    private void OwnDescriptors()
    {
        if (_window is not null)
            Add(new(ExecStep.CloseDescriptors, SYS_close_range, _window.End, unchecked((nint)uint.MaxValue), unistd_h.CLOSE_RANGE_UNSHARE));
    }

    private int Bring(ExecStep step, int descriptor)
    {
        if (_window is null)
            return descriptor;
        var place = _window.Bring(descriptor, out var errno);
        return place >= 0 ? place : throw SpawnFailedException.Of(step, errno, $"descriptor {descriptor}");
    }

    // Only those that are not at their default: for sixty calls that change nothing a start would be the longer.
    private void ResetSignals()
    {
        var defaults = (nint)_arena.Allocate(32); // struct sigaction of the kernel, all zero: SIG_DFL
        for (var changed = _signals.Changed; changed != 0; changed &= changed - 1)
            Add(new(ExecStep.ResetSignals, SYS_rt_sigaction, BitOperations.TrailingZeroCount(changed) + 1, defaults, 0, sizeof(ulong)));
    }

    private void Stdio(Preparation start)
    {
        for (var number = 0; number < 3; number++)
            Add(new(ExecStep.Stdin + number, SYS_dup3, Bring(ExecStep.Stdin + number, start.Stdio[number]), number, 0));
    }

    // dup3 leaves the copy without FD_CLOEXEC: it stays at execve.
    private void Inherited(Preparation start, Func<int, bool> which)
    {
        for (var index = 0; index < start.Passed.Length; index++)
        {
            if (which(start.Numbers[index]))
                Add(new(ExecStep.InheritedDescriptors, SYS_dup3, Bring(ExecStep.InheritedDescriptors, start.Passed[index]), start.Numbers[index], 0));
        }
    }

    // Marks instead of closing: the directories are still needed, and execve closes what is marked.
    private void CloseDescriptors(int first, SpawnOptions options)
    {
        if (options.HasCloseRange)
        {
            Add(new(ExecStep.CloseDescriptors, SYS_close_range, first, unchecked((nint)uint.MaxValue), unistd_h.CLOSE_RANGE_CLOEXEC));
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            // The descriptor of this very listing is among them, and gone by then: hence no MustSucceed.
            if (int.TryParse(Path.GetFileName(entry), out var fd) && fd >= first)
                Add(new(ExecStep.CloseDescriptors, SYS_fcntl, fd, fcntl_h.F_SETFD, fcntl_h.FD_CLOEXEC, mode: CallMode.MayFail));
        }
    }

    private void Limits(ProcessSpec spec, SpawnOptions options)
    {
        if (!spec.Limits.Any(l => l.Resource == RlimitResource.Nofile))
            Limit(new(RlimitResource.Nofile, Math.Min(1024, options.HardNofile), options.HardNofile));
        foreach (var limit in spec.Limits)
            Limit(limit);
    }

    private void Limit(ResourceLimit limit)
    {
        var value = _arena.Array<ulong>([limit.Soft, limit.Hard]);
        Add(new(ExecStep.ResourceLimits, SYS_prlimit64, 0, (nint)limit.Resource, (nint)value, 0),
            $"{Words(limit.Resource)} {Words(limit.Soft)}:{Words(limit.Hard)}");

        static string Words<T>(T value) => value is ResourceLimit.Unlimited ? "unlimited" : $"{value}".ToLowerInvariant();
    }

    private void Priorities(ProcessSpec spec)
    {
        if (spec.Nice is { } nice)
            Add(new(ExecStep.Nice, SYS_setpriority, 0, 0, nice), $"{nice}");
        if (spec.IoPriority is { } io)
            Add(new(ExecStep.IoPriority, SYS_ioprio_set, signal_h.IOPRIO_WHO_PROCESS, 0, ((int)io.Class << signal_h.IOPRIO_CLASS_SHIFT) | io.Level),
                $"{io.Class}:{io.Level}".ToLowerInvariant());
        if (spec.Scheduling is { } scheduling)
            Add(new(ExecStep.Scheduling, SYS_sched_setscheduler, 0, (nint)scheduling.Policy, (nint)_arena.Array<int>([scheduling.Priority])),
                $"{scheduling.Policy}:{scheduling.Priority}".ToLowerInvariant());
        if (spec.CpuAffinity is { Count: > 0 } cpus)
        {
            var mask = new ulong[cpus.Max() / 64 + 1];
            foreach (var cpu in cpus)
                mask[cpu / 64] |= 1UL << cpu % 64;
            Add(new(ExecStep.Affinity, SYS_sched_setaffinity, 0, mask.Length * sizeof(ulong), (nint)_arena.Array<ulong>(mask)), string.Join(',', cpus));
        }
    }

    private void OomScore(ProcessSpec spec)
    {
        if (spec.OomScoreAdjust is not { } score)
            return;
        var text = $"{score}";
        var path = (nint)_arena.Text("/proc/self/oom_score_adj");
        // O_CLOEXEC, and never closed by us: execve does it.
        Add(new(ExecStep.OomScoreAdjust, SYS_openat, fcntl_h.AT_FDCWD, path, fcntl_h.O_WRONLY | fcntl_h.O_CLOEXEC, mode: CallMode.KeepResult), text);
        Add(new(ExecStep.OomScoreAdjust, SYS_write, -1, (nint)_arena.Text(text), text.Length, mode: CallMode.UseKept), text);
    }

    private void Directories(Preparation start)
    {
        if (start.Spec.Umask is { } umask)
            Add(new(ExecStep.Umask, SYS_umask, umask));
        if (start.Root >= 0)
        {
            Add(new(ExecStep.Chroot, SYS_fchdir, Bring(ExecStep.Chroot, start.Root)), start.Spec.Chroot);
            Add(new(ExecStep.Chroot, SYS_chroot, (nint)_arena.Text(".")), start.Spec.Chroot);
        }

        Add(start.Directory >= 0 ? new(ExecStep.ChangeDirectory, SYS_fchdir, Bring(ExecStep.ChangeDirectory, start.Directory))
            : new(ExecStep.ChangeDirectory, SYS_chdir, (nint)_arena.Text("/")), start.Spec.Directory ?? "/");
    }

    // A list that ends with null, so without gaps.
    private static void Close(byte** texts)
    {
        for (int from = 0, to = 0; from < _ownPids.Length; from++)
        {
            var text = texts[from];
            texts[from] = null;
            if (text != null)
                texts[to++] = text;
        }
    }

    // As late as possible (what is done before is not charged to the job, and not slowed down by its limits) and still with our rights.
    private void Cgroup(Preparation start)
    {
        if (start.Cgroup >= 0)
            Add(new(ExecStep.JoinCgroup, SYS_write, Bring(ExecStep.JoinCgroup, start.Cgroup), (nint)_arena.Text("0"), 1));
    }

    private void Identity(Preparation start)
    {
        var who = start.Credentials;
        if (who.Groups is { } groups)
            Add(new(ExecStep.SupplementaryGroups, SYS_setgroups, groups.Length, (nint)_arena.Array<uint>(groups)), string.Join(',', groups));
        if (who.Gid is { } gid)
            Add(new(ExecStep.Group, SYS_setresgid, (nint)gid, (nint)gid, (nint)gid), start.Spec.Group ?? $"{gid}");
        var changesUser = who.Uid is not (null or 0);
        foreach (var (call, detail) in Privileges.BeforeUser(start.Spec, changesUser))
            Add(call, detail);
        if (who.Uid is { } uid)
            Add(new(ExecStep.User, SYS_setresuid, (nint)uid, (nint)uid, (nint)uid), start.Spec.User);
        foreach (var (call, detail) in Privileges.AfterUser(start.Spec, changesUser, _arena))
            Add(call, detail);
    }

    private void Rest(Preparation start, SpawnOptions options)
    {
        if (start.Spec.NoNewPrivileges)
            Add(new(ExecStep.NoNewPrivileges, SYS_prctl, signal_h.PR_SET_NO_NEW_PRIVS, 1));
        if (options.ParentDeathSignal is { } signal && !start.OutlivesSupervisor)
        {
            Add(new(ExecStep.ParentDeathSignal, SYS_prctl, signal_h.PR_SET_PDEATHSIG, signal.Number));
            Add(new PlannedCall(ExecStep.ParentDeathSignal, SYS_getppid, mode: CallMode.MustEqual) { Expected = unistd_h.getpid() });
        }

        Add(new(ExecStep.SignalMask, SYS_rt_sigprocmask, signal_h.SIG_SETMASK, (nint)_arena.Allocate(sizeof(ulong)), 0, sizeof(ulong)));
        PidTexts = (byte**)_arena.Allocate((_ownPids.Length + 1) * sizeof(byte*));
        var texts = PidTexts;
        var environment = start.Environment.Vector(_arena, (variable, value) =>
        {
            if (variable.Value == RoomForPid && Array.IndexOf(_ownPids, variable.Name) is >= 0 and var index)
                texts[index] = value;
        });
        Close(PidTexts);

        // The store is the kernel's, into memory that outlives us: what has been noted has as good as been executed.
        if (start.StartMark != 0)
            Add(new(ExecStep.Execute, SYS_clock_gettime, time_h.CLOCK_BOOTTIME, start.StartMark, mode: CallMode.MayFail));
        Add(new(ExecStep.Execute, SYS_execve, (nint)_arena.Text(start.Program), (nint)_arena.Vector(start.Spec.Command), (nint)environment), start.Program);
    }
}
