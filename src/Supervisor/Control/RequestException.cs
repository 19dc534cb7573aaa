using Supervisor.Control.Messages;

namespace Supervisor.Control;

/// <summary>A request that is not carried out: ends in a problem answer.</summary>
internal sealed class RequestException(ProblemMessage problem) : Exception(problem.Detail)
{
    /// <summary>What is answered.</summary>
    public ProblemMessage Problem => problem;

    /// <summary>400.</summary>
    public static RequestException Bad(string detail) => new(new("urn:supervisor:bad-request", "bad request", 400, detail));

    /// <summary>403.</summary>
    public static RequestException Forbidden(string detail) => new(new("urn:supervisor:no-permission", "no permission", 403, detail));

    /// <summary>404 for a job.</summary>
    public static RequestException NoSuchJob(string detail) => new(new("urn:supervisor:no-such-job", "no such job", 404, detail));

    /// <summary>409.</summary>
    public static RequestException Refused(string detail) => new(new("urn:supervisor:refused", "refused", 409, detail));

    /// <summary>503 of a health check.</summary>
    public static RequestException NotHealthy(string detail) => new(new("urn:supervisor:not-healthy", "not healthy", 503, detail));

    /// <summary>404 for a path.</summary>
    public static RequestException NotFound(string path) =>
        new(new("about:blank", "not found", 404, $"there is nothing at {path}; GET /v1/status is a beginning"));
}
