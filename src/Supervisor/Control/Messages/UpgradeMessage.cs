namespace Supervisor.Control.Messages;

/// <summary>About live upgrades.</summary>
/// <param name="Version">Version of the program that answers.</param>
/// <param name="Pid">Its pid.</param>
/// <param name="Upgrades">How many upgrades there have been in this process.</param>
/// <param name="Next">Version of the program that takes over; null: none does.</param>
public sealed record UpgradeMessage(string Version, int Pid, int Upgrades, string? Next);
