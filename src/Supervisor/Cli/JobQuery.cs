namespace Supervisor.Cli;

/// <summary>Names of jobs in a URL.</summary>
internal static class JobQuery
{
    /// <summary><c>?job=web&amp;job=db</c>; empty for none.</summary>
    public static string Of(IEnumerable<string> jobs) =>
        string.Join('&', jobs.Select(job => "job=" + Uri.EscapeDataString(job))) is { Length: > 0 } query ? "?" + query : "";
}
