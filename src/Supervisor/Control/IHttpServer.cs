namespace Supervisor.Control;

/// <summary>A server that the daemon's host starts and stops.</summary>
public interface IHttpServer : IAsyncDisposable
{
    /// <summary>Begins to accept connections.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Ends followers, lets running requests finish (for a few seconds), then closes everything.</summary>
    Task StopAsync(CancellationToken cancellation);
}
