namespace Supervisor.Processes;

/// <summary>A user as passwd knows it; a number without an entry has no name.</summary>
internal sealed record Account(uint Uid, uint? Gid, string? Name, string? Home, string? Shell);

/// <summary>Who the program runs as; null fields are left as they are.</summary>
internal sealed record Credentials(uint? Uid, uint? Gid, uint[]? Groups, Account? Account)
{
    /// <summary>Nothing changes.</summary>
    public static readonly Credentials Unchanged = new(null, null, null, null);
}
