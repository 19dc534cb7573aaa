using Microsoft.Extensions.Hosting;

namespace Supervisor.Hosting;

/// <summary>
/// The engine as a part of the host, whose start is over when the jobs have been started. It is stopped before anything goes that it needs. The host stops when
/// the engine is through.
/// </summary>
internal sealed class EngineService(EngineThread engine, IHostApplicationLifetime host) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = engine.Ended.ContinueWith(_ => host.StopApplication(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return engine.Booted();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => engine.Stop();
}
