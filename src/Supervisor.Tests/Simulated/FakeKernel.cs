using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>The kernel of floor 2: starts and ends what the test says, and checks what no supervisor may do.</summary>
internal sealed class FakeKernel(IEngineInbox inbox, EngineClock clock) : IProcesses
{
    private int _lastPid = 1000;
    private TimeSpan _began;

    /// <summary>Whether starts are reported at once; otherwise they wait for <see cref="Reports"/>.</summary>
    public bool ReportsAtOnce { get; set; } = true;

    /// <summary>Starts that have not been reported.</summary>
    public List<StartRequest> Unreported { get; } = [];

    /// <summary>Every process there ever was.</summary>
    public List<FakeChild> Children { get; } = [];

    /// <summary>Called with every start, before it is reported: for checks, and to arrange failures.</summary>
    public Action<StartRequest> OnStart { get; set; } = _ => { };

    /// <summary>What the next start of a program fails with; asked once per start.</summary>
    public Func<StartRequest, SpawnFailure?> Fails { get; set; } = _ => null;

    /// <summary>Prepares a process before anybody hears of it (makes it stubborn, gives it others).</summary>
    public Action<FakeChild> OnBirth { get; set; } = _ => { };

    /// <summary>Called with the mark of a process that executes its program.</summary>
    public Action<StartMark> OnMark { get; set; } = _ => { };

    /// <summary>Whether processes may be given up while they live: only a job with a defect does that.</summary>
    public bool MayAbandon { get; set; }

    public int Strays { get; set; }

    public List<Signal> SignalsToStrays { get; } = [];

    public void Start(StartRequest request)
    {
        OnStart(request);
        if (Unreported.Count == 0)
        {
            _began = clock.Now.Monotonic;
        }

        Unreported.Add(request);
        if (ReportsAtOnce)
        {
            Reports(request);
        }
    }

    /// <summary>One after the other, as they were asked for.</summary>
    public (long SpawnId, TimeSpan SoFar)? StartOnItsWay => Unreported is [var first, ..] ? (first.SpawnId, clock.Now.Monotonic - _began) : null;

    /// <summary>Reports a start: as failed if <see cref="Fails"/> says so.</summary>
    public void Reports(StartRequest request)
    {
        _began = ReferenceEquals(Unreported[0], request) ? clock.Now.Monotonic : _began;
        Assert.True(Unreported.Remove(request));
        if (Fails(request) is { } failure)
        {
            if (failure.Step is ExecStep.Execute)
            {
                // It notes itself, and then the kernel refuses.
                OnMark(request.Mark);
            }

            inbox.Post(new SpawnReported(request.SpawnId, null, failure, TimeSpan.FromMilliseconds(1)));
            return;
        }

        var child = new FakeChild(this, request, ++_lastPid);
        Children.Add(child);
        OnMark(request.Mark);
        OnBirth(child);
        inbox.Post(new SpawnReported(request.SpawnId, child, null, TimeSpan.FromMilliseconds(1)));
    }

    /// <summary>The newest process of an instance that runs its main command (not a step).</summary>
    public FakeChild Main(string name) => Children.Last(child => child.Request.Owner.ToString() == name && child.Request.Process.Command[0] == "main");

    /// <summary>Processes that live.</summary>
    public IEnumerable<FakeChild> Living => Children.Where(child => child.MainLives);

    /// <summary>The main process ends.</summary>
    public void Exits(FakeChild child, ExitStatus status)
    {
        Assert.True(child.MainLives, "a process can end only once");
        child.MainLives = false;
        child.Status = status;
        inbox.Post(new ChildExited(child.Request.SpawnId, status, default, child.Others > 0));
    }

    /// <summary>Another process of a run takes the place of its main one, which has done its part.</summary>
    public FakeChild Succeed(FakeChild old, int pid)
    {
        old.MainLives = false;
        var successor = new FakeChild(this, old.Request, pid) { Others = old.Others, IgnoresSignals = old.IgnoresSignals, Previous = old };
        successor.Members.UnionWith(old.Members);
        old.Others = 0;
        Children.Add(successor);
        return successor;
    }

    /// <summary>The newest main process of an instance exits.</summary>
    public void Exits(string name, int code) => Exits(Main(name), ExitStatus.Exited(code));

    /// <summary>The newest main process of an instance is ended by a signal.</summary>
    public void Dies(string name, Signal signal, bool core = false) => Exits(Main(name), ExitStatus.Signaled(signal, core));

    /// <summary>All the others of its group end; they come to us as orphans.</summary>
    public void OthersEnd(FakeChild child)
    {
        var count = child.Others;
        child.Others = 0;
        for (var i = 0; i < count; i++)
        {
            inbox.Post(new OrphanReaped(++_lastPid, ExitStatus.Exited(0)));
        }
    }

    /// <summary>Runs that were said to be over.</summary>
    public List<string> Forgotten { get; } = [];

    public void Forget(InstanceName owner, string invocationId)
    {
        Assert.DoesNotContain(Children, child => !MayAbandon && child.Request.InvocationId == invocationId && child.MainLives);
        Forgotten.Add(invocationId);
    }

    /// <summary>Processes of the image before this one, by what they are known by.</summary>
    public IReadOnlyList<FakeChild> Inherited { get; init; } = [];

    public IChildProcess? Adopt(HeldProcess identity)
    {
        if (Inherited.FirstOrDefault(child => child.Pid == identity.Pid) is not { } known)
        {
            return null;
        }

        Assert.False(known.Disposed, "a process was adopted that had been given up");
        known.Kernel = this;
        Children.Add(known);
        _lastPid = Math.Max(_lastPid, known.Pid);
        return known;
    }

    /// <summary>What a killed supervisor had started, as the next one finds it.</summary>
    public IReadOnlyList<HeldProcess> Lost { get; init; } = [];

    public IReadOnlyList<HeldProcess> FindLost() => Lost;

    public ExitStatus? EndOf(HeldProcess identity) => Inherited.FirstOrDefault(child => child.Pid == identity.Pid)?.Status;

    public void CollectAdopted()
    {
    }

    public void GiveUpAdopted(long spawnId)
    {
    }

    public int StrayCount() => Strays;

    public void SignalStrays(Signal signal)
    {
        SignalsToStrays.Add(signal);
        if (signal == Signal.Kill)
        {
            StraysEnd();
        }
    }

    /// <summary>The strays end.</summary>
    public void StraysEnd()
    {
        var count = Strays;
        Strays = 0;
        for (var i = 0; i < count; i++)
        {
            inbox.Post(new OrphanReaped(++_lastPid, ExitStatus.Exited(0)));
        }
    }
}
