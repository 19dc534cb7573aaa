using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Runs programs for the engine. <see cref="Run"/> belongs on the process's MAIN thread and stays there as long as jobs are to live
/// (docs/adr/0002: the parent-death signal hangs on the thread that spawned). One instance per process: it reaps every child.
/// </summary>
public sealed class SpawnThread : IProcesses, IImageExchange, IDisposable
{
    private readonly WorkQueue _work = new();
    private readonly Queue<StartRequest> _waiting = new();
    private readonly IDescriptorHolder _holder;
    private readonly AdoptedProcesses _adopted;
    private readonly string? _origin;
    private readonly EnvironmentVariable[] _ofOrigin;
    private readonly JobCgroups _cgroups;
    private readonly IEngineInbox _inbox;
    private readonly TimeProvider _time;
    private readonly Spawner _spawner;
    private readonly CredentialStore _credentials = new(null);
    private readonly ChildTable _table;
    private readonly Orphans _orphans;
    private readonly Lock _onItsWay = new();
    private readonly bool _groupByPidfd;
    private readonly Action<RunCgroup> _leave;
    private (StartRequest Request, long Began)? _start;
    private long _spawnId = -1;
    private volatile bool _resting;

    /// <summary>Makes us the subreaper of our descendants and starts the reaper thread.</summary>
    /// <param name="inbox">Who is told.</param>
    /// <param name="time">Clock.</param>
    /// <param name="parentDeathSignal">Signal that children get when we die; null: they outlive us.</param>
    /// <param name="cgroups">Where each job gets a cgroup of its own; null: nowhere.</param>
    /// <param name="holder">Keeps the pidfds for the image after this one; null: nobody does.</param>
    /// <param name="adopts">
    /// Whether children of an earlier image are to be taken over: nobody is reaped before <see cref="Resume"/>, since one that ended meanwhile would be taken for
    /// an orphan.
    /// </param>
    /// <param name="origin">Tells what we start from what another supervisor has started (SUPERVISOR_ORIGIN); null: nothing does.</param>
    public SpawnThread(IEngineInbox inbox, TimeProvider time, Signal? parentDeathSignal = null, JobCgroups? cgroups = null, IDescriptorHolder? holder = null, bool adopts = false, string? origin = null)
        : this(inbox, time, new SpawnOptions { ParentDeathSignal = parentDeathSignal }, ProcessGroup.KernelHasGroupSignals, cgroups, holder, adopts, origin)
    {
    }

    internal SpawnThread(
        IEngineInbox inbox, TimeProvider time, SpawnOptions options, bool groupByPidfd, JobCgroups? cgroups = null, IDescriptorHolder? holder = null, bool adopts = false, string? origin = null)
    {
        _adopted = new(inbox, time);
        _leave = over => _work.Add(() => _cgroups!.Leave(over));
        _origin = origin;
        _ofOrigin = origin is null ? [] : [new(LostProcesses.Origin, origin)];
        _cgroups = cgroups ?? JobCgroups.None;
        _holder = holder ?? new NoDescriptorHolder();
        _inbox = inbox;
        _time = time;
        _groupByPidfd = groupByPidfd;
        _spawner = new(options);
        _table = new(() => _spawner.PidInTheMaking);
        _orphans = new(_table, _cgroups);
        OwnSignals.DoNotIgnoreChildren();
        OwnSignals.SurviveFileSizeLimit();
        if (Environment.ProcessId != 1)
            _ = signal_h.prctl(signal_h.PR_SET_CHILD_SUBREAPER, 1); // cannot fail since Linux 3.4
        _resting = adopts;
        if (adopts)
            _table.ComeToRest();
        new Reaper(_table, _orphans, inbox).Start();
    }

    /// <summary>Where the copies of credentials are made, a directory of its own that others can pass but not list; null: nowhere.</summary>
    public string? CredentialsDirectory
    {
        init => _credentials = new(value);
    }

    /// <inheritdoc/>
    public void Start(StartRequest request) => _work.Add(() => Take(request));

    /// <inheritdoc/>
    public (long SpawnId, TimeSpan SoFar)? StartOnItsWay
    {
        get
        {
            lock (_onItsWay)
                return _start is var (request, began) ? (request.SpawnId, _time.GetElapsedTime(began)) : null;
        }
    }

    private void Note((StartRequest, long)? start)
    {
        lock (_onItsWay)
            _start = start;
    }

    /// <inheritdoc/>
    public IChildProcess? Adopt(HeldProcess identity)
    {
        if ((_holder.Take(identity.HolderName) is { } left ? new Pidfd(left) : OpenExactly(identity)) is not { } pidfd)
            return null;
        var isOurs = identity.HasEnded || !ChildTable.IsNoChild(identity.Pid);
        var cgroup = identity.Cgroup is { } path ? _cgroups.TakeOver(path, resources: null) : null;
        var child = new ChildProcess(
            identity, pidfd, _table, isOurs ? _orphans : new(_table, _cgroups, anywhere: true), _holder, _groupByPidfd, cgroup, _leave);
        _table.Adopt(child, isOurs);
        if (!isOurs)
            _adopted.Watch(child);
        return child;
    }

    /// <summary>Readable when a process that is not our child may have ended.</summary>
    public int AdoptedDescriptor => _adopted.Descriptor;

    /// <inheritdoc/>
    public void CollectAdopted() => _adopted.Collect();

    /// <inheritdoc/>
    public void GiveUpAdopted(long spawnId) => _adopted.GiveUp(spawnId);

    /// <inheritdoc/>
    public IReadOnlyList<HeldProcess> FindLost()
    {
        var stored = _holder.Left.Select(LostProcesses.Parse).OfType<HeldProcess>().ToList();
        var known = stored.Select(process => (process.Pid, process.StartTime)).ToHashSet();
        return [.. stored, .. _origin is null ? [] : LostProcesses.Scan(_origin).Where(process => !known.Contains((process.Pid, process.StartTime)))];
    }

    /// <inheritdoc/>
    public ExitStatus? EndOf(HeldProcess identity)
    {
        if (_holder.Take(identity.HolderName) is not { } descriptor)
            return null;
        // Taken for the answer: whoever is asked about is not looked after any more.
        var status = AdoptedProcesses.EndOf(descriptor);
        _holder.Hold(identity.HolderName, descriptor);
        _holder.Release(identity.HolderName);
        _ = unistd_h.close(descriptor);
        return status;
    }

    /// <summary>Whether a process still runs.</summary>
    public static bool IsAlive(HeldProcess identity) => ProcStat.Read(identity.Pid) is { IsAlive: true } stat && (ulong)stat.StartTime == identity.StartTime;

    // The pidfd first: what is read after it is of this very process, or nothing.
    private static Pidfd? OpenExactly(HeldProcess identity)
    {
        var pidfd = Pidfd.Open(identity.Pid, out _);
        if (pidfd is null || ProcStat.StartTimeOf(identity.Pid) != identity.StartTime || pidfd.Send(0) == Errno.ESRCH)
        {
            pidfd?.Dispose();
            return null;
        }

        return pidfd;
    }

    /// <inheritdoc/>
    public async Task ComeToRest()
    {
        _resting = true;
        // Behind the start that is in flight, if there is one: its report is posted when this comes.
        await Work(() => 0).ConfigureAwait(false);
        await Task.Run(_table.ComeToRest).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Resume()
    {
        _table.Resume();
        _work.Add(() =>
        {
            _resting = false;
            while (_waiting.TryDequeue(out var request))
                Spawn(request);
        });
    }

    /// <inheritdoc/>
    public Task<ErrnoFailure> Execute(ImageStart start) => Work(() => Image.Replace(start));

    private Task<T> Work<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => done.SetResult(work()));
        return done.Task;
    }

    /// <inheritdoc/>
    public void Forget(InstanceName owner, string invocationId) => _credentials.Forget(owner, invocationId);

    /// <inheritdoc/>
    public int StrayCount() => _orphans.CountStrays();

    /// <inheritdoc/>
    public void SignalStrays(Signal signal) => _orphans.SignalStrays(signal);

    /// <summary>Which start is being made, and its child's pid once there is one (0 before). For proofs that interfere.</summary>
    internal (long SpawnId, int Pid) InTheMaking => (Volatile.Read(ref _spawnId), _spawner.PidInTheMaking);

    /// <summary>Starts what is asked for, one after the other, on the calling thread, until cancelled.</summary>
    public void Run(CancellationToken stop)
    {
        Image.TakeSignals();
        _work.Run(stop);
    }

    private void Take(StartRequest request)
    {
        if (_resting)
            _waiting.Enqueue(request);
        else
            Spawn(request);
    }

    private void Spawn(StartRequest request)
    {
        var began = _time.GetTimestamp();
        Note((request, began));
        RunCgroup? cgroup = null;
        var runs = false;
        try
        {
            cgroup = _cgroups.Enter(request, out var warning);
            using var start = Preparation.Of(
                request.Process, request.Stdio, [.. request.SupervisorVariables, new("SUPERVISOR_INVOCATION_ID", request.InvocationId), .. _ofOrigin], request.Inherited, cgroup,
                who => _credentials.Provide(request.Process, who, request.Owner, request.InvocationId), _spawner.NullDevice, _spawner.LacksDescriptors());
            start.StartMark = request.Mark.Address;
            start.OutlivesSupervisor = request.OutlivesSupervisor;
            runs = Spawn(request, start, began, cgroup, warning);
        }
        catch (SpawnFailedException e)
        {
            Report(request, null, e.Failure, began);
        }
        catch (ErrnoException e)
        {
            Report(request, null, new(ExecStep.CreateProcess, e.Number, Errno.Text(e.Number), e.Call), began);
        }
        finally
        {
            if (!runs && cgroup is not null)
                _cgroups.Leave(cgroup);
            Note(null);
        }
    }

    private bool Spawn(StartRequest request, Preparation start, long began, RunCgroup? cgroup, string? warning)
    {
        ChildProcess? child = null;
        SpawnFailure? failure;
        Volatile.Write(ref _spawnId, -1);
        _table.BeginSpawn(request.InvocationId, _spawner.Reset);
        Volatile.Write(ref _spawnId, request.SpawnId);
        try
        {
            failure = _spawner.Spawn(start, out var made);
            if (failure is { Step: ExecStep.Execute, Errno: not 0 } refused)
                failure = start.Explain(refused);
            if (made is { } alive)
                child = new(IdentityOf(request, alive, cgroup), new(alive.Pidfd), _table, _orphans, _holder, _groupByPidfd, cgroup, _leave);
        }
        catch (SpawnFailedException e)
        {
            failure = e.Failure;
        }
        catch (ErrnoException e)
        {
            failure = new(ExecStep.CreateProcess, e.Number, Errno.Text(e.Number), e.Call);
        }

        // In this order the exit cannot overtake the report.
        Report(request, child, failure, began, warning);
        _table.EndSpawn(request.InvocationId, child);
        return child is not null;
    }

    private static HeldProcess IdentityOf(StartRequest request, NewChild made, RunCgroup? cgroup) => new()
    {
        Owner = request.Owner,
        Role = request.Role,
        Attempt = request.Attempt,
        SpawnId = request.SpawnId,
        Pid = made.Pid,
        StartTime = made.StartTime,
        InvocationId = request.InvocationId,
        Pipes = RunOrigin.PipesOf(request),
        BesideMain = request.BesideMain,
        Cgroup = cgroup?.Path,
    };

    private void Report(StartRequest request, IChildProcess? child, SpawnFailure? failure, long began, string? warning = null) =>
        _inbox.Post(new SpawnReported(request.SpawnId, child, failure, _time.GetElapsedTime(began), warning));

    /// <inheritdoc/>
    public void Dispose()
    {
        _adopted.Dispose();
        _work.Dispose();
    }
}
