using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Supervisor.Control;

/// <summary>Who is at the other end, and whether they may: asked of the kernel once per connection.</summary>
internal sealed class Permission(Peer peer, AccessPolicy policy)
{
    /// <summary>Notes the peer of a new connection.</summary>
    public static ConnectionDelegate Note(ConnectionDelegate next, AccessPolicy policy) => connection =>
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket
            ?? throw new InvalidOperationException("a control connection without a socket");
        connection.Features.Set(new Permission(Peer.Of(socket), policy));
        return next(connection);
    };

    /// <summary>Ends the request when its sender may not.</summary>
    /// <exception cref="RequestException">403.</exception>
    public static void Demand(HttpContext context, Access needed)
    {
        var permission = context.Features.Get<Permission>() ?? throw new InvalidOperationException("a request without a peer");
        if (permission.Refusal(needed) is { } refusal)
        {
            throw RequestException.Forbidden(refusal);
        }
    }

    private string? Refusal(Access needed) => policy.Refusal(peer, needed);
}
