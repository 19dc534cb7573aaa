using Serilog;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// What SIGHUP does: reads the configuration again and puts the difference in force. A file with a problem changes nothing. The service manager is told
/// when it begins and when the new configuration is in force; that every changed job has come up is not waited for.
/// </summary>
internal sealed class Reload(
    RunConfiguration configuration, ISupervisor engine, Signals signals, ServiceNotifier notifier, TimeProvider time, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Does it, after whatever reload is still going on.</summary>
    public async Task Do()
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        var told = notifier.Reloading(time.GetTimestamp());
        try
        {
            var result = configuration.Read();
            if (result.Spec is null)
            {
                foreach (var problem in result.Problems)
                {
                    log.Error("{Text:l}", problem.ToString());
                }

                log.Error("reload: {Count:l} in the configuration; nothing was changed", InWords.Count(result.Problems.Length, "problem"));
                return;
            }

            await Apply(result.Spec).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // told, and the configuration in force stays in force
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.Error(fault, "reload: internal error; the configuration in force stays");
        }
        finally
        {
            if (told)
            {
                notifier.Reloaded();
            }

            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private async Task Apply(SupervisorSpec spec)
    {
        var before = engine.Snapshot.Spec.Daemon;
        var answer = await engine.Submit(new ApplySpec(spec, Wait: false), CancellationToken.None).ConfigureAwait(false);
        if (answer.Outcome is OperationOutcome.Refused)
        {
            log.Error("reload: {Text:l}", answer.Message ?? "refused");
            return;
        }

        signals.Forward(spec.Daemon.ForwardSignals);
        if (answer.Plan.IsEmpty)
        {
            log.Information("reload: nothing has changed");
        }

        if (NeedsRestart(before, spec.Daemon))
        {
            log.Warning("reload: directories, the control socket and the dashboard stay as they are until the supervisor's next start");
        }
    }

    private static bool NeedsRestart(DaemonSpec before, DaemonSpec after) =>
        (before.RuntimeDirectory, before.StateDirectory, before.LogDirectory, before.ControlSocket, before.ControlGroup, before.GroupMayAll, before.Http)
        != (after.RuntimeDirectory, after.StateDirectory, after.LogDirectory, after.ControlSocket, after.ControlGroup, after.GroupMayAll, after.Http);
}
