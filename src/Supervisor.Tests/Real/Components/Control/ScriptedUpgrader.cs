using Supervisor.Upgrade;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>An upgrader that does what the test says.</summary>
internal sealed class ScriptedUpgrader : IUpgrader
{
    public int Upgrades { get; set; }

    public UpgradeBegun Answer { get; set; } = new("9.9", null);

    public List<string?> Programs { get; } = [];

    public TaskCompletionSource<string> Failure { get; } = new();

    public Task<string> Outcome => Failure.Task;

    public bool IsUnderWay { get; set; } = true;

    public Task<UpgradeBegun> Begin(string? program, bool thenReload = false)
    {
        Programs.Add(program);
        return Task.FromResult(Answer);
    }
}
