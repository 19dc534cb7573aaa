using System.Net;
using Microsoft.AspNetCore.Http;
using Supervisor.Specs;

namespace Supervisor.Web;

/// <summary>What a browser may be made to do by a page of somebody else: nothing. (A token alone would do for programs.)</summary>
internal sealed class BrowserRules(Sequence<string> hosts)
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Why a request is refused; null: it is not.</summary>
    public string? Refusal(HttpRequest request)
    {
        if (!IsOurs(request.Host.Host))
        {
            return $"the name '{request.Host.Host}' is not one of this supervisor's; add it to supervisor.http.hosts if it should be";
        }

        foreach (var origin in request.Headers.Origin)
        {
            if (origin is not null && !IsSame(origin, request.Host))
            {
                return "a page of another origin may not ask this supervisor";
            }
        }

        return null;
    }

    /// <summary>Whether a page of another site sends the browser here. A link to the page is fine; a call of the API is not.</summary>
    public static bool IsFromElsewhere(HttpRequest request) => (string?)request.Headers["Sec-Fetch-Site"] is not (null or "same-origin" or "none");

    /// <summary>Headers of every answer.</summary>
    public static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    // DNS rebinding needs a name that somebody else's DNS answers for: an address, or localhost, is none.
    private bool IsOurs(string host)
    {
        var name = host.TrimEnd('.').ToLowerInvariant();
        return name == "localhost" || hosts.Contains(name) || IPAddress.TryParse(name, out _);
    }

    // The scheme is left out: a proxy that adds TLS speaks plain HTTP with us.
    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
