using Microsoft.AspNetCore.Http;
using Supervisor.Control;

namespace Supervisor.Web;

/// <summary>
/// Everything between the network and the API: names and origins first, then the page for everybody, then the token. Behind it a client may do what
/// the supervisor's owner may.
/// </summary>
internal sealed class WebGate(WebToken token, BrowserRules rules, AccessPolicy policy)
{
    /// <summary>Lets a request in, answers it, or refuses it.</summary>
    /// <exception cref="RequestException">It is refused.</exception>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (rules.Refusal(context.Request) is { } refusal)
        {
            throw RequestException.Forbidden(refusal);
        }

        if (PageFiles.TryAnswer(context, out var answer))
        {
            return answer;
        }

        if (BrowserRules.IsFromElsewhere(context.Request))
        {
            throw RequestException.Forbidden("a page of another site may not ask this supervisor");
        }

        if (context.Request.Headers.Authorization is not [var shown] || !token.IsIn(shown))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"supervisor\"";
            throw new RequestException(new("urn:supervisor:no-token", "no token", StatusCodes.Status401Unauthorized,
                "the header 'Authorization: Bearer TOKEN' is missing or has the wrong token; the supervisor's log says which file has it"));
        }

        context.Features.Set(new Permission(new(policy.Owner, []), policy));
        return next(context);
    }
}
