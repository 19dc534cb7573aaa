using Microsoft.Extensions.Hosting;
using Supervisor.Engine;

namespace Supervisor.Hosting;

/// <summary>
/// The engine as a part of the host: started when everything that it needs is there, stopped before anything of that goes. The host stops when the
/// engine is through, for whatever reason it stopped.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="host">Stops when the engine is through.</param>
/// <param name="booted">Called when every job has been told to start, or was taken over.</param>
internal sealed class EngineThread(EngineLoop engine, IHostApplicationLifetime host, Action booted) : IHostedService
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the jobs that start by themselves; ends when each was started once, or waits for another.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Boot();
        booted();
        new Thread(Run) { Name = "engine", IsBackground = true }.Start();
        await (await Task.WhenAny(engine.Booted, _ended.Task).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Stops every job in order. The engine keeps its own limits; the host's would only cut them short.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        engine.RequestShutdown(immediate: false);
        return _ended.Task;
    }

    private void Run()
    {
        try
        {
            engine.Run();
            _ended.SetResult();
        }
#pragma warning disable CA1031 // passed on: whoever stops the host gets it
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _ended.SetException(fault);
        }
        finally
        {
            host.StopApplication();
        }
    }
}
