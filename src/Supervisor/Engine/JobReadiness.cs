using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>What jobs are asked (probes) and what they tell (sd_notify), and whose it is.</summary>
internal sealed class JobReadiness(IProbes probes, INotifications notifications)
{
    private readonly Dictionary<long, JobSlot> _probes = [];
    private readonly Dictionary<long, JobSlot> _runs = [];
    private long _lastProbe;

    /// <summary>The main process is about to be started: the variables that it gets.</summary>
    /// <exception cref="Linux.ErrnoException">No socket could be made.</exception>
    public IReadOnlyList<EnvironmentVariable> Prepare(JobSlot slot)
    {
        slot.ComesBack = false;
        var spec = slot.Spec;
        var wanted = spec.HasNotifySocket ? (spec.Process.Chroot is not null, spec.FileDescriptorStore) : ((bool InChroot, int Store)?)null;
        if (slot.NotifyMadeFor != wanted)
        {
            slot.Notify?.Close();
            (slot.Notify, slot.NotifyMadeFor) = (null, null);
        }

        if (wanted is not { } how)
        {
            return [];
        }

        slot.Notify ??= notifications.Open(slot.Name, how.InChroot, how.Store);
        slot.NotifyMadeFor = wanted;
        slot.Notify.Hold();
        return Variables(slot.Notify, spec);
    }

    /// <summary>What the job has left with us, for its next process: behind its sockets, under the names that it gave.</summary>
    public static Sequence<InheritedDescriptor> StoredOf(JobSlot slot) =>
        slot.Notify?.Stored.Select(stored => new InheritedDescriptor(stored.Descriptor, null, stored.Name)).ToSequence() ?? [];

    /// <summary>The main process is about to be started, and its log is open: what is to show that it is ready is looked for from here on.</summary>
    /// <returns>The descriptor that it gets for that, if it does.</returns>
    /// <exception cref="Linux.ErrnoException">No descriptor left.</exception>
    public Sequence<InheritedDescriptor> Shows(JobSlot slot, long spawnId)
    {
        switch (slot.Spec)
        {
            case { Kind: JobKind.Service, Ready: ReadyByLog { Pattern: var pattern } }:
                slot.Log!.WatchFor(spawnId, pattern);
                return [];
            case { Kind: JobKind.Service, Ready: ReadyByDescriptor { Number: var number } }:
                slot.ReadyDescriptor?.Dispose();
                slot.ReadyDescriptor = notifications.Watch(spawnId);
                return [new(slot.ReadyDescriptor.Descriptor, null, Number: number)];
            default:
                return [];
        }
    }

    /// <summary>A start is over.</summary>
    public void Started(JobSlot slot, SpawnReported fact)
    {
        slot.ReadyDescriptor?.Started();
        if (slot.Notify is { } notify && fact.Child is { } child)
        {
            _runs[fact.SpawnId] = slot;
            notify.Begin(fact.SpawnId, child);
        }
    }

    /// <summary>Goes on with what the image before this one has left: its socket with what was sent meanwhile, and whatever is to show that it is ready.</summary>
    /// <param name="slot">Whose.</param>
    /// <param name="main">Its main process that runs, and the number of its start; null: there is none.</param>
    /// <exception cref="Linux.ErrnoException">No socket could be made.</exception>
    public void GoOn(JobSlot slot, (IChildProcess Child, long SpawnId)? main)
    {
        if (slot.Spec.HasNotifySocket && slot.State.Attempt > 0)
        {
            var how = (slot.Spec.Process.Chroot is not null, slot.Spec.FileDescriptorStore);
            slot.Notify = notifications.Open(slot.Name, how.Item1, how.FileDescriptorStore);
            slot.NotifyMadeFor = how;
        }

        if (main is not { } runs)
        {
            return;
        }

        if (slot.Notify is { } notify)
        {
            _runs[runs.SpawnId] = slot;
            notify.Begin(runs.SpawnId, runs.Child);
        }

        if (slot.State.Phase is Phase.Running && slot.Log is not null)
        {
            _ = Shows(slot, runs.SpawnId);
            slot.ReadyDescriptor?.Started();
        }
    }

    /// <summary>Whose run that is; null: it is over.</summary>
    public JobSlot? OwnerOf(long runId) => _runs.GetValueOrDefault(runId);

    /// <summary>A run has told all that it had to tell.</summary>
    public void Ended(JobSlot slot)
    {
        foreach (var run in _runs.Where(run => run.Value == slot).Select(run => run.Key).ToList())
        {
            _runs.Remove(run);
        }
    }

    /// <summary>Asks a probe for the current phase of an instance.</summary>
    public void Ask(JobSlot slot, ProbeSpec probe)
    {
        var id = ++_lastProbe;
        _probes[id] = slot;
        slot.Probe = new(id, probes.Ask(id, probe));
    }

    /// <summary>Whose answer it is; null: nobody's any more.</summary>
    public JobSlot? Answered(ProbeAnswered fact)
    {
        if (!_probes.Remove(fact.ProbeId, out var slot))
        {
            return null;
        }

        slot.Probe?.Asking.Dispose();
        slot.Probe = null;
        return slot;
    }

    /// <summary>An instance has moved on: what was asked of a run that is not up any more is called off, what one at rest has left with us is closed.</summary>
    public void Happened(JobSlot slot, Phase from)
    {
        if (slot.ReadyDescriptor is not null && !(slot.State.Phase is Phase.Spawning || slot.State.Phase.HasMainProcess()))
        {
            slot.ReadyDescriptor.Dispose();
            slot.ReadyDescriptor = null;
        }

        if (slot.Probe is not null && !slot.State.Phase.IsUp())
        {
            CallOff(slot);
        }

        if (slot.State.Phase.IsAtRest() && !from.IsAtRest() && !slot.ComesBack)
        {
            slot.Notify?.ForgetStored();
        }
    }

    /// <summary>Nobody waits for an answer any more.</summary>
    public void CallOff(JobSlot slot)
    {
        if (slot.Probe is { } probe)
        {
            _probes.Remove(probe.Id);
            probe.Asking.Dispose();
            slot.Probe = null;
        }
    }

    /// <summary>A job with a defect: nothing of it is listened to.</summary>
    public void Abandon(JobSlot slot)
    {
        CallOff(slot);
        slot.ReadyDescriptor?.Dispose();
        slot.ReadyDescriptor = null;
        Ended(slot);
        slot.Notify?.Close();
        (slot.Notify, slot.NotifyMadeFor) = (null, null);
    }

    private static List<EnvironmentVariable> Variables(INotifySocket notify, JobSpec spec)
    {
        var variables = new List<EnvironmentVariable> { new("NOTIFY_SOCKET", notify.Address) };
        if (spec.Watchdog is { } time)
        {
            variables.Add(new("WATCHDOG_PID", StartRequest.RoomForPid));
            variables.Add(new("WATCHDOG_USEC", ((long)time.TotalMicroseconds).ToString(CultureInfo.InvariantCulture)));
        }

        if (spec.FileDescriptorStore is > 0 and var most)
        {
            variables.Add(new("FDSTORE", most.ToString(CultureInfo.InvariantCulture)));
        }

        return variables;
    }
}

/// <summary>A probe that is being asked.</summary>
internal sealed record RunningProbe(long Id, IDisposable Asking);

/// <summary>Nobody can be asked: for engines that are made without that part.</summary>
internal sealed class NoProbes : IProbes
{
    /// <inheritdoc/>
    public IDisposable Ask(long probeId, ProbeSpec probe) => throw new NotSupportedException("this engine was made without probes");
}

/// <summary>Nobody is listened to.</summary>
internal sealed class NoNotifications : INotifications
{
    /// <inheritdoc/>
    public INotifySocket Open(InstanceName name, bool inChroot, int store) => throw new NotSupportedException("this engine was made without sd_notify");

    /// <inheritdoc/>
    public IReadyDescriptor Watch(long spawnId) => throw new NotSupportedException("this engine was made without readiness");
}
