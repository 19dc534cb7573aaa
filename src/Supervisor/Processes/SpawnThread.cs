using System.Collections.Concurrent;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Runs programs for the engine. <see cref="Run"/> belongs on the process's MAIN thread and stays there as long as jobs are to live
/// (docs/adr/0002: the parent-death signal hangs on the thread that spawned). One instance per process: it reaps every child.
/// </summary>
public sealed class SpawnThread : IProcesses, IDisposable
{
    // A start, or the cgroup of one that is over.
    private readonly BlockingCollection<(StartRequest? Start, RunCgroup? Over)> _requests = [];
    private readonly JobCgroups _cgroups;
    private readonly IEngineInbox _inbox;
    private readonly TimeProvider _time;
    private readonly Spawner _spawner;
    private readonly CredentialStore _credentials = new(null);
    private readonly ChildTable _table;
    private readonly Orphans _orphans;
    private readonly SlowStartWatch _watch;
    private readonly bool _groupByPidfd;
    private long _spawnId = -1;

    /// <summary>Makes us the subreaper of our descendants and starts the reaper thread.</summary>
    /// <param name="inbox">Who is told.</param>
    /// <param name="time">Clock.</param>
    /// <param name="parentDeathSignal">Signal that children get when we die; null: they outlive us.</param>
    /// <param name="cgroups">Where each job gets a cgroup of its own; null: nowhere.</param>
    public SpawnThread(IEngineInbox inbox, TimeProvider time, Signal? parentDeathSignal = null, JobCgroups? cgroups = null)
        : this(inbox, time, new SpawnOptions { ParentDeathSignal = parentDeathSignal }, ProcessGroup.KernelHasGroupSignals, cgroups)
    {
    }

    internal SpawnThread(IEngineInbox inbox, TimeProvider time, SpawnOptions options, bool groupByPidfd, JobCgroups? cgroups = null)
    {
        _cgroups = cgroups ?? JobCgroups.None;
        _inbox = inbox;
        _time = time;
        _groupByPidfd = groupByPidfd;
        _spawner = new(options);
        _table = new(() => _spawner.PidInTheMaking);
        _orphans = new(_table, _cgroups);
        _watch = new(inbox, time);
        OwnSignals.DoNotIgnoreChildren();
        OwnSignals.SurviveFileSizeLimit();
        if (Environment.ProcessId != 1)
            _ = signal_h.prctl(signal_h.PR_SET_CHILD_SUBREAPER, 1); // cannot fail since Linux 3.4
        new Reaper(_table, inbox).Start();
    }

    /// <summary>Where the copies of credentials are made, a directory of its own that others can pass but not list; null: nowhere.</summary>
    public string? CredentialsDirectory
    {
        init => _credentials = new(value);
    }

    /// <inheritdoc/>
    public void Start(StartRequest request) => _requests.Add((request, null));

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
        while (!stop.IsCancellationRequested)
        {
            (StartRequest? Start, RunCgroup? Over) next;
            try
            {
                next = _requests.Take(stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (next.Over is { } over)
                _cgroups.Leave(over);
            else if (next.Start is { } request)
                Spawn(request);
        }

        while (_requests.TryTake(out var last))
        {
            if (last.Over is { } over)
                _cgroups.Leave(over);
        }
    }

    private void Spawn(StartRequest request)
    {
        var began = _time.GetTimestamp();
        _watch.Begin(request.SpawnId);
        RunCgroup? cgroup = null;
        var runs = false;
        try
        {
            cgroup = _cgroups.Enter(request, out var warning);
            using var start = Preparation.Of(
                request.Process, request.Stdio, request.SupervisorVariables.Append(new("SUPERVISOR_INVOCATION_ID", request.InvocationId)), request.Inherited, cgroup,
                who => _credentials.Provide(request.Process, who, request.Owner, request.InvocationId));
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
            _watch.End();
        }
    }

    private bool Spawn(StartRequest request, Preparation start, long began, RunCgroup? cgroup, string? warning)
    {
        ChildProcess? child = null;
        SpawnFailure? failure;
        Volatile.Write(ref _spawnId, -1);
        var origin = RunOrigin.Of(request);
        _table.BeginSpawn(request.InvocationId, _spawner.Reset);
        Volatile.Write(ref _spawnId, request.SpawnId);
        try
        {
            failure = _spawner.Spawn(start, out var pid, out var pidfd);
            if (failure is { Step: ExecStep.Execute, Errno: not 0 } refused)
                failure = start.Explain(refused);
            if (pidfd is not null)
                // Its start time is surely its own: it is not reaped before EndSpawn.
                child = new(request.SpawnId, pid, ProcStat.Read(pid)?.StartTime, pidfd, origin, _table, _orphans, _groupByPidfd, cgroup, over => _requests.Add((null, over)));
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

    private void Report(StartRequest request, IChildProcess? child, SpawnFailure? failure, long began, string? warning = null) =>
        _inbox.Post(new SpawnReported(request.SpawnId, child, failure, _time.GetElapsedTime(began), warning));

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _requests.Dispose();
    }
}
