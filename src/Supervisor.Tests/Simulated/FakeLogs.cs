using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Logs of floor 2: nothing is kept, drains are answered at once or when the test says.</summary>
internal sealed class FakeLogs(IEngineInbox inbox) : ILogs
{
    public bool DrainsAtOnce { get; set; } = true;

    /// <summary>The next run gets no pipe for its changed target.</summary>
    public Linux.ErrnoException? RefusesNextRun { get; set; }

    public List<long> Undrained { get; } = [];

    public List<FakeLog> Opened { get; } = [];

    public IJobLog Open(InstanceName name, LogSpec spec)
    {
        var log = new FakeLog(this, name);
        Opened.Add(log);
        return log;
    }

    /// <summary>Answers every drain that waits.</summary>
    public void Drained()
    {
        var waiting = Undrained.ToArray();
        Undrained.Clear();
        foreach (var spawn in waiting)
        {
            inbox.Post(new LogDrained(spawn));
        }
    }

    internal sealed class FakeLog(FakeLogs logs, InstanceName name) : IJobLog
    {
        public InstanceName Name => name;

        public List<int> Runs { get; } = [];

        public bool Closed { get; private set; }

        public StdioTargets Targets => StdioTargets.None;

        public void Reconfigure(LogSpec spec)
        {
        }

        public void BeginRun(int attempt, string invocationId)
        {
            if (logs.RefusesNextRun is { } refused)
            {
                logs.RefusesNextRun = null;
                throw refused;
            }

            Runs.Add(attempt);
        }

        public void RunsAs(int pid)
        {
        }

        public List<(long SpawnId, string Pattern)> Watches { get; } = [];

        public void WatchFor(long spawnId, string pattern) => Watches.Add((spawnId, pattern));

        public void Drain(long spawnId)
        {
            logs.Undrained.Add(spawnId);
            if (logs.DrainsAtOnce)
            {
                logs.Drained();
            }
        }

        public void Close() => Closed = true;
    }
}
