using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>A process of the fake kernel: a main process and a number of others in its group.</summary>
internal sealed class FakeChild(FakeKernel kernel, StartRequest request, int pid) : IChildProcess
{
    public FakeKernel Kernel { get; set; } = kernel;

    public StartRequest Request => request;

    public int Pid => pid;

    public long? StartTime => 4711;

    public HeldProcess Identity => new()
    {
        Owner = request.Owner,
        Role = request.Role,
        Attempt = request.Attempt,
        SpawnId = request.SpawnId,
        Pid = pid,
        StartTime = (ulong)pid,
        InvocationId = request.InvocationId,
        HasEnded = !MainLives,
    };

    public bool MainLives { get; set; } = true;

    /// <summary>Living processes of the group besides the main one.</summary>
    public int Others { get; set; }

    /// <summary>Whether its processes ignore everything but SIGKILL.</summary>
    public bool IgnoresSignals { get; set; }

    public bool Disposed { get; private set; }

    /// <summary>How it ended; null while it lives.</summary>
    public ExitStatus? Status { get; set; }

    /// <summary>What every signal to it throws: a Kernel that refuses.</summary>
    public Func<Exception>? Refuses { get; set; }

    /// <summary>Whether it is the main process of its instance (not a step).</summary>
    public bool IsMain => request.Process.Command[0] == "main";

    public List<(Signal Signal, SignalTarget To)> Signals { get; } = [];

    public bool Signal(Signal signal)
    {
        Assert.False(Disposed, "a disposed process was signalled");
        if (Refuses is { } refusal)
        {
            throw refusal();
        }

        if (!MainLives)
        {
            return false;
        }

        Signals.Add((signal, SignalTarget.Main));
        Hear(signal, main: true, others: false);
        return true;
    }

    public bool SignalAll(Signal signal)
    {
        Assert.False(Disposed, "a disposed process was signalled");
        if (Refuses is { } refusal)
        {
            throw refusal();
        }

        if (!MainLives && Others == 0)
        {
            return false;
        }

        Signals.Add((signal, SignalTarget.Group));
        Hear(signal, main: true, others: true);
        return true;
    }

    public bool HasLeftovers() => Others > 0;

    /// <summary>Numbers of processes that belong to the run.</summary>
    public HashSet<int> Members { get; } = [];

    public bool Has(int pid, int pidfd) => pid == Pid || Members.Contains(pid);

    public IChildProcess? Succeed(int pid, out string? refusal)
    {
        refusal = Members.Contains(pid) ? null : "that process does not belong to the job";
        return refusal is null ? Kernel.Succeed(this, pid) : null;
    }

    /// <summary>It has taken another's place, or another its.</summary>
    public FakeChild? Previous { get; init; }

    public void Dispose()
    {
        Assert.False(Disposed, "disposed twice");
        Assert.True(Kernel.MayAbandon || (!MainLives && Others == 0), "disposed while something of it lives");
        Disposed = true;
        if (Previous is { Disposed: false })
        {
            Previous.Dispose();
        }
    }

    private void Hear(Signal signal, bool main, bool others)
    {
        var deadly = signal == Specs.Signal.Kill
            || (!IgnoresSignals && (signal == Specs.Signal.Term || signal == Specs.Signal.Int || signal == Specs.Signal.Hup));
        if (!deadly)
        {
            return;
        }

        // First the others, so that the end of the main process finds the group as it is then.
        if (others && Others > 0)
        {
            Kernel.OthersEnd(this);
        }

        if (main && MainLives)
        {
            Kernel.Exits(this, ExitStatus.Signaled(signal));
        }
    }
}
