using System.Globalization;
using Supervisor.Jobs.Ports;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>N jobs, each a shell with a child, signalled as a whole one after the other: what that costs the thread that does it.</summary>
internal sealed class ManyStopped(int count, CancellationTokenSource stop) : IEngineInbox
{
    private readonly Lock _gate = new();
    private readonly List<IChildProcess> _children = [];
    private readonly List<TimeSpan> _each = [];
    private TimeSpan _all;
    private long _began;
    private int _ended;

    /// <summary>Jobs that nobody answered for.</summary>
    public int Wrong { get; private set; }

    public string Result => string.Create(CultureInfo.InvariantCulture,
        $"{count} jobs: signalled in {_all.TotalMilliseconds:f1} ms, each median {_each[count / 2].TotalMicroseconds:f0} us, longest {_each[^1].TotalMicroseconds:f0} us; all over after {TimeProvider.System.GetElapsedTime(_began).TotalMilliseconds:f0} ms");

    public void Begin(SpawnThread spawner)
    {
        for (var id = 0; id < count; id++)
        {
            spawner.Start(new StartRequest
            {
                SpawnId = id,
                Owner = new("many"),
                Process = new ProcessSpec { Command = ["/bin/sleep", "1000"] },
                Stdio = StdioTargets.None,
                SupervisorVariables = [],
                InvocationId = id.ToString("x32", CultureInfo.InvariantCulture),
            });
        }
    }

    public void Post(EngineFact fact)
    {
        lock (_gate)
        {
            if (fact is SpawnReported report)
            {
                _children.Add(report.Child!);
                if (_children.Count == count)
                    new Thread(SignalAll).Start(); // not under the spawner's feet
            }
            else if (fact is ChildExited && ++_ended == count)
                stop.Cancel();
        }
    }

    private void SignalAll()
    {
        _began = TimeProvider.System.GetTimestamp();
        foreach (var child in _children)
        {
            var began = TimeProvider.System.GetTimestamp();
            Wrong += child.SignalAll(Signal.Kill) ? 0 : 1;
            _each.Add(TimeProvider.System.GetElapsedTime(began));
        }

        _all = TimeProvider.System.GetElapsedTime(_began);
        _each.Sort();
    }
}
