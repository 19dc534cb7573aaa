using Microsoft.Win32.SafeHandles;
using Serilog;
using Supervisor.Configuration;
using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes;
using Supervisor.Sockets;
using Supervisor.Specs;
using Supervisor.Upgrade;

namespace Supervisor.Hosting;

/// <summary>
/// A supervisor that was killed, and what it has left: the record of the world, the descriptors in the service manager's store, and the jobs that run on. The one
/// that comes after it goes on from there.
/// </summary>
/// <param name="state">The record.</param>
internal sealed class Crash(Handover state)
{
    private IReadOnlyList<HeldProcess>? _mains;

    /// <summary>The record.</summary>
    public Handover State => state;

    /// <summary>Looks for one; null: the supervisor before this one ended as it should, or there was none.</summary>
    public static Crash? Find(DaemonSpec spec, ILogger log)
    {
        var state = CrashState.Read(FileOf(spec), OwnProgram.BootId(), out var problem);
        if (problem is not null)
        {
            log.Error("{Text:l}", problem);
        }

        return state is null ? null : new(state);
    }

    /// <summary>Path of the record.</summary>
    public static string FileOf(DaemonSpec spec) => Path.Combine(spec.StateDirectory, WorldRecord.FileName);

    /// <summary>The configuration that was in force, in the places that were in use; where it is not valid any more, that of the files.</summary>
    public SupervisorSpec InForce(RunConfiguration configuration, SupervisorSpec ofFiles, ILogger log)
    {
        var result = state.Configuration is { } text ? configuration.Read(text) : new ConfigurationResult(null, []);
        if (result.Spec is not { } spec)
        {
            log.Warning("the configuration that was in force is not valid for this version ({Problems:l}): that of the files is used", string.Join("; ", result.Problems));
            return ofFiles;
        }

        if (ofFiles.Text is { } now && !Same(now, spec.Text!))
        {
            log.Warning("the files of the configuration have changed since they were put in force: `supervisor apply` puts them in force");
        }

        return state.Places?.In(spec) ?? spec;
    }

    /// <summary>Opens the pipes of the jobs that run on, where the service manager has not kept them. Before the engine takes the jobs over.</summary>
    public void ReopenOutput(SpawnThread processes, DescriptorHolder holder)
    {
        foreach (var process in Mains(processes))
        {
            if (SpawnThread.IsAlive(process))
            {
                OutputOfJobs.Reopen(process, holder);
            }
        }
    }

    /// <summary>Takes back the sockets of the jobs that run on, where the service manager has not kept them. Before the engine takes the jobs over.</summary>
    public void TakeSocketsBack(SupervisorSpec spec, SpawnThread processes, DescriptorHolder holder, ILogger log)
    {
        var jobs = spec.Jobs.ToDictionary(job => job.Name);
        foreach (var process in Mains(processes))
        {
            if (jobs.GetValueOrDefault(process.Owner.Job)?.Instance(process.Owner.Index).Sockets is not { Count: > 0 } sockets)
            {
                continue;
            }

            using var pidfd = new SafeFileHandle(unistd_h.pidfd_open(process.Pid), ownsHandle: true);
            // The pidfd first: what is read after it is of this very process, or nothing.
            if (!pidfd.IsInvalid && SpawnThread.IsAlive(process)
                && SocketsOfJobs.TakeBack((int)pidfd.DangerousGetHandle(), process.Pid, process.Owner.Job, sockets, name => holder.Left.Contains(name), holder.TryLeave) is { } refusal)
            {
                log.Warning(
                    "{Job:l}: its sockets could not be taken back from pid {Pid:l} ({Refusal:l}): they are opened anew at its next start, when nobody has them open any more",
                    $"{process.Owner}", $"{process.Pid}", refusal);
            }
        }
    }

    private IReadOnlyList<HeldProcess> Mains(SpawnThread processes) =>
        _mains ??= [.. state.World.Instances.Select(instance => instance.Main).OfType<HeldProcess>().Concat(processes.FindLost().Where(found => found.Role == "main"))];

    /// <summary>Says what came of it.</summary>
    public void Tell(EngineLoop engine, ILogger log)
    {
        var before = state.World.Instances.Count(instance => instance.Main is { HasEnded: false });
        log.Warning(
            "the supervisor before this one (pid {Pid:l}, version {Version:l}) was killed; it had {Before:l} jobs running, {Now:l} run on and are taken over",
            $"{state.Pid}", state.Version, $"{before}", $"{engine.Look().GetAwaiter().GetResult().Instances.Count(instance => instance.Main is { HasEnded: false })}");
    }

    private static bool Same(ConfigurationText a, ConfigurationText b) =>
        a.Files.Count == b.Files.Count && a.Files.All(file => b.Files.TryGetValue(file.Key, out var text) && text == file.Value);
}
