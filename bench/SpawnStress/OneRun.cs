using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>
/// <c>SpawnStress --run [--everything] [--old-kernel] [--pdeathsig] [--exhaust descriptors|processes] -- COMMAND...</c>: one start, told
/// line by line; what is left of it is killed, and its end waited for. For tests that need a supervisor of their own.
/// </summary>
internal sealed class OneRun(CancellationTokenSource stop) : IEngineInbox
{
    private const long WarmUp = 0;
    private readonly Lock _gate = new();
    private IChildProcess? _child;
    private bool _ended;
    private Action _afterWarmUp = () => { };

    /// <summary>All that a specification can ask of the child, with values that are allowed to an unprivileged user except the last three.</summary>
    public static ProcessSpec Everything(ProcessSpec spec) => spec with
    {
        Directory = "/usr",
        Limits = [new(RlimitResource.Core, 0, 0), new(RlimitResource.Nofile, 100, 200)],
        Nice = 5,
        IoPriority = new(IoClass.BestEffort, 6),
        Scheduling = new(SchedulingPolicy.Batch, 0),
        CpuAffinity = [0],
        OomScoreAdjust = 500,
        Umask = 0x17,
        NoNewPrivileges = true,
        Capabilities = [new(10)],
        SecureBits = [SecureBit.NoSetuidFixup],
        Chroot = "/",
        User = "nobody",
        SupplementaryGroups = ["4242"],
    };

    public void Run(ProcessSpec spec, SpawnThread spawner, string? exhaust)
    {
        // Without the one before, the runtime would not yet have all the threads, files and code that it needs itself.
        _afterWarmUp = () =>
        {
            Say($"no more {exhaust}"); // also so that the console is there
            Exhaust(exhaust!);
            spawner.Start(Request(1, spec));
        };
        spawner.Start(exhaust is null ? Request(1, spec) : Request(WarmUp, spec));
        spawner.Run(stop.Token);
    }

    private static StartRequest Request(long id, ProcessSpec spec) => new()
    {
        SpawnId = id,
        Owner = new("one"),
        Process = spec,
        Stdio = new(StdioTarget.Null, StdioTarget.Inherit, StdioTarget.Inherit),
        SupervisorVariables = [],
        InvocationId = Guid.NewGuid().ToString("N"),
    };

    public void Post(EngineFact fact)
    {
        lock (_gate)
        {
            switch (fact)
            {
                case SpawnReported { SpawnId: WarmUp }:
                    break;
                case ChildExited { SpawnId: WarmUp }:
                    _afterWarmUp();
                    break;
                case SpawnReported { Child: { } child }:
                    _child = child;
                    Say($"started {child.Pid}");
                    break;
                case SpawnReported { Failure: { } failure }:
                    Say($"failed: {failure}");
                    stop.Cancel();
                    break;
                case ChildExited exit:
                    Say($"exited: {exit.Status?.ShellCode}, leftovers {exit.Leftovers}");
                    _ended = true;
                    if (exit.Leftovers)
                        Say($"killed what is left: {_child!.SignalAll(Signal.Kill)}");
                    break;
                case OrphanReaped orphan:
                    Say($"orphan {orphan.Pid}: {orphan.Status.ShellCode}");
                    break;
            }

            if (_ended && !stop.IsCancellationRequested && !_child!.HasLeftovers())
            {
                Say("nobody is left");
                stop.Cancel();
            }
        }
    }

    // Takes what it says away from this process, in the way that a limit does.
    private static unsafe void Exhaust(string what)
    {
        var limit = stackalloc ulong[2];
        var resource = (nint)(what == "processes" ? RlimitResource.Nproc : RlimitResource.Nofile);
        _ = unistd_h.syscall(SystemCallNumbers.SYS_prlimit64, 0, resource, 0, (nint)limit);
        limit[0] = what == "processes" ? 0 : (ulong)FirstFreeDescriptor();
        if (unistd_h.syscall(SystemCallNumbers.SYS_prlimit64, 0, resource, (nint)limit, 0) != 0)
            throw new ErrnoException("prlimit64", Marshal.GetLastPInvokeError());
    }

    private static int FirstFreeDescriptor()
    {
        var free = fcntl_h.fcntl(0, fcntl_h.F_DUPFD_CLOEXEC, 0);
        _ = unistd_h.close(free);
        return free;
    }

#pragma warning disable RS0030 // a bench prints
    private static void Say(string text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
#pragma warning restore RS0030
}
