namespace Supervisor.Cli;

/// <summary>Names of jobs in a URL.</summary>
internal static class JobQuery
{
    /// <summary><c>?job=web&amp;job=db</c>, and <paramref name="more"/> as it is; empty for none.</summary>
    public static string Of(IEnumerable<string> jobs, params string[] more) =>
        string.Join('&', jobs.Select(job => "job=" + Uri.EscapeDataString(job)).Concat(more)) is { Length: > 0 } query ? "?" + query : "";
}
