namespace Supervisor.Upgrade;

/// <summary>Exchanges the image of the supervisor while its jobs run on. Callable from any thread.</summary>
public interface IUpgrader
{
    /// <summary>How often that has been done.</summary>
    int Upgrades { get; }

    /// <summary>
    /// Has the new program try the state, then begins the exchange, which goes on in the background; <see cref="Outcome"/> tells how it ends.
    /// </summary>
    /// <param name="program">The new program; null: the file that this one was started from.</param>
    /// <param name="thenReload">Whether the configuration's files are to be put in force afterwards.</param>
    Task<UpgradeBegun> Begin(string? program, bool thenReload = false);

    /// <summary>Why the exchange that is under way, or the last one, did not take place. Never ends when it does: then this image is gone.</summary>
    Task<string> Outcome { get; }

    /// <summary>Whether one is under way. One that a crash has cut short is not: the supervisor that had begun it is gone.</summary>
    bool IsUnderWay { get; }
}

/// <summary>What came of the try.</summary>
/// <param name="Version">Version of the new program; null: it was refused.</param>
/// <param name="Refusal">Why it was refused, in words.</param>
public sealed record UpgradeBegun(string? Version, string? Refusal);
