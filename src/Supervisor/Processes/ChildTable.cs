using System.Buffers.Text;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// The children that we started and that are not reaped, shared by the spawn thread (adds), the reaper (removes) and whoever asks. A start
/// in flight is known to it, so that its child is never taken for an orphan.
/// </summary>
internal sealed unsafe class ChildTable(Func<int> pidInTheMaking)
{
    private readonly object _gate = new();
    private readonly Dictionary<int, ChildProcess> _children = [];
    private readonly Dictionary<string, int> _runs = new(StringComparer.Ordinal);
    private static readonly TimeSpan _adoptionCheck = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _untilItSpeaks = TimeSpan.FromMilliseconds(1);
    private readonly bool _mayAdoptAlone = Environment.ProcessId == 1;
    private readonly List<ChildProcess> _successors = [];
    private bool _spawning;
    private bool _resting;
    private bool _telling;
    private long _ownPeak;

    /// <summary>From the end of this call on nobody is reaped, and everything that was reaped has been told.</summary>
    public void ComeToRest()
    {
        lock (_gate)
        {
            _resting = true;
            while (_telling)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Reaping goes on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _resting = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The reaper has passed on what <see cref="Reap"/> or <see cref="WaitForChild"/> gave it.</summary>
    public void Told()
    {
        lock (_gate)
        {
            _telling = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A child of an earlier image, still ours after the exec; one that has ended is kept for its run's sake only.</summary>
    /// <param name="child">It.</param>
    /// <param name="isOurs">Whether it is our child indeed: one of a killed supervisor is not.</param>
    public void Adopt(ChildProcess child, bool isOurs = true)
    {
        lock (_gate)
        {
            _runs[child.InvocationId] = _runs.GetValueOrDefault(child.InvocationId) + 1;
            if (isOurs && !child.Identity.HasEnded)
                _children.Add(child.Pid, child);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>From now on an unknown child may be the one that is being made, and the run is known.</summary>
    public void BeginSpawn(string invocationId, Action resetReport)
    {
        lock (_gate)
        {
            resetReport();
            _spawning = true;
            _runs[invocationId] = _runs.GetValueOrDefault(invocationId) + 1;
        }
    }

    /// <summary>
    /// The start is over and reported: the reaper, which held this child's exit back, may go on. The report itself is posted before this
    /// and outside the lock: whoever takes it may wait for a thread that needs the lock.
    /// </summary>
    public void EndSpawn(string invocationId, ChildProcess? child)
    {
        lock (_gate)
        {
            _spawning = false;
            if (child is not null)
                _children.Add(child.Pid, child);
            else
                Forget(invocationId);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Another process stands for a run; it need not be a child of ours yet. False: it stands for one already.</summary>
    public bool Succeed(ChildProcess old, ChildProcess successor)
    {
        lock (_gate)
        {
            if (!_children.TryAdd(successor.Pid, successor))
                return false;
            old.Successor = successor;
            _successors.Add(successor);
            _runs[successor.InvocationId] = _runs.GetValueOrDefault(successor.InvocationId) + 1;
            return true;
        }
    }

    /// <summary>
    /// Those that took another's place and were reaped by their own parent instead of us. Asked whenever somebody was reaped: nothing else tells of them.
    /// </summary>
    public List<ChildProcess> TakeGone()
    {
        lock (_gate)
        {
            if (_successors.Count == 0)
                return [];
            var gone = _successors.FindAll(one => one.IsGone);
            gone.ForEach(one => Drop(one));
            return gone;
        }
    }

    private void Drop(ChildProcess child)
    {
        _children.Remove(child.Pid);
        _successors.Remove(child);
    }

    /// <summary>A run whose object is disposed has no leftovers that anybody asks for.</summary>
    public void Forget(string invocationId)
    {
        lock (_gate)
        {
            var left = _runs.GetValueOrDefault(invocationId) - 1;
            if (left > 0)
                _runs[invocationId] = left;
            else
                _runs.Remove(invocationId);
        }
    }

    /// <summary>Whether a process with this SUPERVISOR_INVOCATION_ID belongs to a run that is still looked after.</summary>
    public bool IsKnownRun(string invocationId)
    {
        lock (_gate)
            return _runs.ContainsKey(invocationId);
    }

    /// <summary>Whether this child of ours is one that we started (or are starting).</summary>
    public bool IsOurs(int pid)
    {
        lock (_gate)
            return IsOursLocked(pid);
    }

    /// <summary>Those of a list of children (decimal, a space after each: /proc/PID/task/TID/children) that we did not start.</summary>
    public List<int> NotOurs(ReadOnlySpan<byte> children)
    {
        var others = new List<int>();
        lock (_gate)
        {
            while (Utf8Parser.TryParse(children, out int pid, out var length))
            {
                if (!IsOursLocked(pid))
                    others.Add(pid);
                children = children[Math.Min(length + 1, children.Length)..];
            }
        }

        return others;
    }

    // The kernel shows a child before it has come to say its own number, by a millisecond where there is a queue for the processors. Taken for an orphan it
    // would be signalled with a job that has ended: until then, nobody but us has all the pipes open, and nothing else tells whose it is. So it is waited for.
    private bool IsOursLocked(int pid)
    {
        while (!_children.ContainsKey(pid))
        {
            if (!_spawning)
                return false;
            if (pidInTheMaking() is not 0 and var making)
                return making == pid;
            // Gives the lock away: a start that fails without a child ends meanwhile.
            Monitor.Wait(_gate, _untilItSpeaks);
        }

        return true;
    }

    /// <summary>Blocks until there may be a child; tells those that are gone without a status.</summary>
    public List<ChildProcess> WaitForChild()
    {
        lock (_gate)
        {
            // Somebody else reaped them (or SIGCHLD was ignored): without this they would run for ever in our books.
            var lost = _children.Values.Where(child => IsNoChild(child.Pid)).ToList();
            lost.ForEach(Drop);
            while (lost.Count == 0 && _children.Count == 0)
            {
                // PID 1 alone gets children without having one: orphans of what others start in its namespace (docker exec). Nothing tells of
                // them but SIGCHLD, which must stay untouched here, so in this one state (PID 1, no job runs) it looks now and then.
                if (!Monitor.Wait(_gate, _mayAdoptAlone ? _adoptionCheck : Timeout.InfiniteTimeSpan))
                    break;
            }

            Rest();
            _telling = lost.Count > 0;
            return lost;
        }
    }

    /// <summary>Whether a process is no child of ours.</summary>
    public static bool IsNoChild(int pid)
    {
        sys_wait_h.siginfo_t info = default;
        return sys_wait_h.waitid(sys_wait_h.P_PID, pid, &info, sys_wait_h.WEXITED | sys_wait_h.WNOHANG | sys_wait_h.WNOWAIT) < 0
            && Marshal.GetLastPInvokeError() == Errno.ECHILD;
    }

    /// <summary>
    /// Reaps a child that waitid has shown as ended. Null when there is nothing to tell: it was the child of a failed start.
    /// </summary>
    public Reaped? Reap(int pid)
    {
        lock (_gate)
        {
            Rest();
            if (MayBeInTheMaking(pid))
            {
                // Ended, so its parent goes on or is about to: the spawn thread registers it or reaps it itself.
                Monitor.Wait(_gate);
                return null;
            }

            return ReapLocked(pid);
        }
    }

    /// <summary>Reaps one more before the last has been told. Never waits; false: it is not to be reaped now.</summary>
    public bool TryReapMore(int pid, out Reaped? reaped)
    {
        lock (_gate)
        {
            var may = !_resting && !MayBeInTheMaking(pid);
            reaped = may ? ReapLocked(pid) : null;
            return may;
        }
    }

    private bool MayBeInTheMaking(int pid) => _spawning && !_children.ContainsKey(pid) && pidInTheMaking() is var making && (making == 0 || making == pid);

    private Reaped? ReapLocked(int pid)
    {
        var child = _children.GetValueOrDefault(pid);
        child?.BeforeReap();
        // Before wait4: from then on the number may be another's.
        _children.Remove(pid);
        if (child is not null)
            _successors.Remove(child);
        int status;
        sys_wait_h.rusage usage;
        var result = sys_wait_h.wait4(pid, &status, sys_wait_h.WNOHANG, &usage);
        child?.AfterReap();
        _telling = true;
        // The end of one whose place another has taken is nobody's news.
        child = child is { Successor: not null } ? null : child;
        return result == pid ? new(pid, child, ExitStatus.Decode(status), Usage(usage))
            : child is null ? null
            : new(pid, child, null, default);
    }

    private void Rest()
    {
        while (_resting)
            Monitor.Wait(_gate);
    }

    private ResourceUsage Usage(in sys_wait_h.rusage usage) => new(
        Time(usage.ru_utime_sec, usage.ru_utime_usec), Time(usage.ru_stime_sec, usage.ru_stime_usec), PeakOf(usage),
        usage.ru_minflt, usage.ru_majflt, usage.ru_nvcsw, usage.ru_nivcsw);

    // At exec the kernel carries the peak of the memory that the child shared with us over into its count (exec_mmap): only above our own
    // peak is the number the job's.
    private long? PeakOf(in sys_wait_h.rusage usage)
    {
        // Ours never becomes less: most need not ask for it.
        if (usage.ru_maxrss > _ownPeak)
        {
            sys_wait_h.rusage own;
            _ = sys_wait_h.getrusage(sys_wait_h.RUSAGE_SELF, &own); // cannot fail
            _ownPeak = own.ru_maxrss;
        }

        return usage.ru_maxrss > _ownPeak ? usage.ru_maxrss * 1024 : null;
    }

    private static TimeSpan Time(long seconds, long microseconds) => new((seconds * TimeSpan.TicksPerSecond) + (microseconds * 10));
}

/// <summary>A child that is no more; no <paramref name="Child"/>: an orphan.</summary>
internal sealed record Reaped(int Pid, ChildProcess? Child, ExitStatus? Status, ResourceUsage Usage);
