using System.Collections.Concurrent;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Cleanup;

/// <summary>
/// Sees to what may still live of attempts of the supervisor before: a hook that was started is waited for, to its limit; everything else is ended. One work
/// item of the pool for all of them.
/// </summary>
internal sealed class LostRuns(IEngineInbox inbox, TimeProvider time) : IThreadPoolWorkItem
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _killPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    // poll(2) wakes at the end of any of them; of the others a later look tells.
    private const int MostAwaited = 256;

    private readonly ConcurrentQueue<OwedEntry> _queue = new();
    private int _waiting;

    private enum Stage
    {
        Awaited,
        Asked,
        Killed,
    }

    private sealed class Run(OwedEntry entry, CleanupHook? hook)
    {
        public OwedEntry Entry => entry;

        public CleanupHook? Hook => hook;

        public Stage Stage { get; set; } = hook is null ? Stage.Asked : Stage.Awaited;

        public long Since { get; set; }

        public string? Done { get; set; }

        /// <summary>Whether SIGTERM has been sent: once, as a stop does.</summary>
        public bool IsAsked { get; set; }

        public TimeSpan Patience => Stage switch
        {
            Stage.Awaited => hook!.Timeout,
            Stage.Asked => hook is null ? _patience : JobMachine.LeftoverPatience,
            _ => _killPatience,
        };
    }

    /// <summary>Takes one over; <see cref="LostRunEnded"/> comes when nothing of it lives.</summary>
    public void End(OwedEntry entry)
    {
        _queue.Enqueue(entry);
        if (Interlocked.Increment(ref _waiting) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var runs = new List<Run>();
        var over = 0;
        do
        {
            while (_queue.TryDequeue(out var entry))
            {
                runs.Add(new(entry, entry.BegunWasStarted ? entry.Hooks.First(owed => owed.Number == entry.Begun!.Number).Hook : null) { Since = time.GetTimestamp() });
            }

            var living = LostProcesses.Of([.. runs.Select(run => run.Entry)]);
            over = Look(runs, living.ToLookup(process => process.Id));
            if (runs.Count > 0 && over == 0)
            {
                Await(living, runs.Min(run => run.Patience - time.GetElapsedTime(run.Since)));
            }

            living.ForEach(process => process.Dispose());
        }
        while (Interlocked.Add(ref _waiting, -over) > 0);
    }

    // How many are through.
    private int Look(List<Run> runs, ILookup<string, LostProcess> living) => runs.RemoveAll(run =>
    {
        var left = living[run.Entry.Id].ToList();
        if (left.Count == 0)
        {
            inbox.Post(new LostRunEnded(run.Entry.Id, run.Done));
            return true;
        }

        if (time.GetElapsedTime(run.Since) >= run.Patience)
        {
            if (run.Stage is Stage.Killed)
            {
                inbox.Post(new LostRunEnded(run.Entry.Id, $"{run.Done}, and does not end even so; it is left behind"));
                return true;
            }

            run.Stage++;
            run.Since = time.GetTimestamp();
        }

        run.Done = run.Stage is Stage.Awaited ? $"a hook that the supervisor before had started ({run.Hook}) has run to its end" : Signalled(run, left);
        return false;
    });

    private static string Signalled(Run run, List<LostProcess> left)
    {
        if (run is { Stage: Stage.Asked, IsAsked: true })
        {
            return run.Done!;
        }

        run.IsAsked = true;
        var signal = run.Stage is Stage.Asked ? Signal.Term : Signal.Kill;
        foreach (var process in left)
        {
            Send(process, signal);
            Send(process, Signal.Cont);
        }

        return $"pid {string.Join(", ", left.Select(process => process.Pid))} of the supervisor before still ran and was ended by {signal}";
    }

    private static void Send(LostProcess process, Signal signal) =>
        _ = unistd_h.pidfd_send_signal((int)process.Pidfd.DangerousGetHandle(), signal.Number, 0); // gone, or not ours to signal: the next look tells

    private static unsafe void Await(List<LostProcess> living, TimeSpan limit)
    {
        var count = Math.Min(living.Count, MostAwaited);
        var descriptors = stackalloc poll_h.pollfd[MostAwaited];
        for (var index = 0; index < count; index++)
        {
            descriptors[index] = new() { fd = (int)living[index].Pidfd.DangerousGetHandle(), events = poll_h.POLLIN };
        }

        // Too early is harmless: it is looked again.
        _ = poll_h.poll(descriptors, (nuint)count, (int)Math.Clamp(limit.TotalMilliseconds, 1, _look.TotalMilliseconds));
    }
}
