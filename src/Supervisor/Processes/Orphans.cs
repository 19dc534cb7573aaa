using System.Text;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Processes that left their group and session and came to us, by what tells of their origin (<see cref="RunOrigin"/>).</summary>
/// <param name="table">Our children and their runs.</param>
/// <param name="cgroups">The cgroups of the jobs.</param>
/// <param name="anywhere">Whether they are looked for among all processes: those of a run that another supervisor began did not come to us.</param>
internal sealed class Orphans(ChildTable table, JobCgroups cgroups, bool anywhere = false)
{
    private const string Variable = "SUPERVISOR_INVOCATION_ID=";
    private const int FirstLength = 8 * 1024;
    private const int EndMilliseconds = 20;

    // The reaper's, the engine's and the spawn thread's: each keeps its own, since what is read at every exit must not be allocated at every exit.
    [ThreadStatic]
    private static byte[]? _buffer;

    private static readonly string _childrenFile = $"/proc/self/task/{Environment.ProcessId}/children";

    /// <summary>Whether there are any processes, of whatever run and also dead ones, that came to us.</summary>
    public bool HasAny() => Adopted().Count > 0;

    /// <summary>Whether they are looked for among all processes.</summary>
    public bool IsAnywhere => anywhere;

    /// <summary>Whether a living orphan of this run is ours now.</summary>
    public bool HasAny(RunOrigin run) => Each(run.IsOf, null) > 0;

    /// <summary>Signals the living orphans of this run; whether there were any.</summary>
    public bool Signal(RunOrigin run, Signal signal) => Each(run.IsOf, signal) > 0;

    /// <summary>How many living orphans belong to no run that we know.</summary>
    public int CountStrays() => Each(IsStray, null);

    /// <summary>Signals them.</summary>
    public void SignalStrays(Signal signal) => Each(IsStray, signal);

    // The cgroup first: nothing that a program does to its environment changes it.
    private bool IsStray(int pid, string? id) => !cgroups.Holds(pid) && (id is null || !table.IsKnownRun(id));

    // Counts, and signals if asked, the living orphans that match by pid and invocation id. Again when one of them has ended meanwhile: what it forked last came to us after the list was made (daemon(3) does just that).
    private int Each(Func<int, string?, bool> matches, Signal? signal)
    {
        HashSet<int>? ended = null;
        while (true)
        {
            var count = 0;
            var more = false;
            foreach (var pid in anywhere ? ProcStat.AllPids() : Adopted())
            {
                switch (Look(pid, matches, signal))
                {
                    case Sight.Matches:
                        count++;
                        break;
                    case Sight.Ended:
                        more |= (ended ??= []).Add(pid);
                        break;
                }
            }

            if (count > 0 || !more)
                return count;
        }
    }

    private Sight Look(int pid, Func<int, string?, bool> matches, Signal? signal)
    {
        // By the id alone there: we have the pipes of the jobs open ourselves, and so has a service manager that stores them.
        if (anywhere && (pid == Environment.ProcessId || InvocationOf(pid) is null))
            return Sight.Other;
        // The pidfd first: what is read after it is of this very process, or nothing.
        using var pidfd = Pidfd.Open(pid, out _);
        if (pidfd is null || ProcStat.Read(pid) is not { IsAlive: true } stat)
            return anywhere ? Sight.Other : Sight.Ended;
        if ((!anywhere && stat.Parent != Environment.ProcessId) || table.IsOurs(pid))
            return Sight.Other;
        if (!matches(pid, InvocationOf(pid)))
            return anywhere ? Sight.Other : Stranger(pid, pidfd);
        return pidfd.Send(signal?.Number ?? 0) == Errno.ESRCH ? Sight.Ended : Sight.Matches;
    }

    // One that is just ending has lost what tells whose it is, and what it forked comes to us only when it is a zombie. That takes some microseconds; one that needs
    // longer, for a memory of gigabytes, may be anybody's until then.
    private static Sight Stranger(int pid, Pidfd pidfd) => ProcStat.Read(pid) switch
    {
        { IsAlive: true, IsExiting: false } => Sight.Other,
        { IsExiting: true } when !pidfd.WaitForEnd(EndMilliseconds) => Sight.Matches,
        _ => Sight.Ended,
    };

    private enum Sight
    {
        Other,
        Matches,
        Ended,
    }

    // The kernel gives orphans to the first living thread of the subreaper, the main one, which never ends before us. Nearly always there
    // are none, and this is asked at every exit: so it must be cheap with a thousand children of our own.
    private List<int> Adopted()
    {
        var file = fcntl_h.open(_childrenFile, fcntl_h.O_RDONLY | fcntl_h.O_CLOEXEC, 0);
        if (file < 0)
        {
            // A kernel without CONFIG_PROC_CHILDREN (or no descriptor left).
            var self = Environment.ProcessId;
            return [.. ProcStat.AllPids().Where(pid => !table.IsOurs(pid) && ProcStat.Read(pid)?.Parent == self)];
        }

        try
        {
            var buffer = _buffer ??= new byte[FirstLength];
            var length = 0;
            while (Read(file, buffer.AsSpan(length)) is > 0 and var read)
            {
                length += read;
                if (length == buffer.Length)
                {
                    Array.Resize(ref _buffer, buffer.Length * 2);
                    buffer = _buffer;
                }
            }

            return table.NotOurs(buffer.AsSpan(0, length));
        }
        finally
        {
            _ = unistd_h.close(file);
        }
    }

    private static unsafe int Read(int file, Span<byte> to)
    {
        fixed (byte* start = to)
            return (int)unistd_h.read(file, start, (nuint)to.Length);
    }

    /// <summary>SUPERVISOR_INVOCATION_ID in the environment of a process; null: none, or not ours to read.</summary>
    public static string? InvocationOf(int pid)
    {
        try
        {
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ"));
            var at = environment.StartsWith(Variable, StringComparison.Ordinal) ? 0 : environment.IndexOf('\0' + Variable, StringComparison.Ordinal) + 1;
            if (at == 0 && !environment.StartsWith(Variable, StringComparison.Ordinal))
                return null;
            var value = environment[(at + Variable.Length)..];
            return value.IndexOf('\0') is var end and >= 0 ? value[..end] : value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
