using Serilog;
using Supervisor.Web;

namespace Supervisor.Hosting;

/// <summary>The dashboard as a part of the host, where it is asked for; it tells where it is and where its token is.</summary>
/// <param name="make">Makes a server on a descriptor of its own; null: there is to be none.</param>
/// <param name="log">Where it tells.</param>
internal sealed class WebService(Func<WebServer>? make, ILogger log) : HttpService<WebServer>("web", make)
{
    /// <inheritdoc/>
    protected override void Tell(WebServer server)
    {
        log.Information("dashboard at {Url:l}; its token is in {File:l}", server.Listener.Url, server.TokenFile);
        if (!server.Listener.IsLocal)
        {
            log.Warning(
                "the dashboard listens on {Address:l}, beyond this machine, without encryption: whoever reads the traffic has the token; put TLS in front of it (docs/dashboard.md)",
                server.Listener.Address.ToString());
        }
    }
}
