using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>Cleanup hooks in a simulation: they run the command <c>hook NAME</c>.</summary>
internal static class SimulatedHooks
{
    /// <summary>How long a hook may take.</summary>
    public static readonly TimeSpan HookLimit = TimeSpan.FromSeconds(5);

    public static CleanupHook Hook(string name, HookCondition on = HookCondition.Always) => new(["hook", name], on, HookLimit);

    /// <summary>The job "web".</summary>
    public static JobSpec WithHooks(params CleanupHook[] hooks) => Job("web") with { Cleanup = hooks.ToSequence() };

    /// <summary>Names of those that have run, in their order.</summary>
    public static IEnumerable<string> Hooks(Simulation simulation) => simulation.Kernel.Children.Where(IsHook).Select(child => child.Request.Process.Command[1]);

    /// <summary>The one that runs.</summary>
    public static FakeChild RunningHook(Simulation simulation) => simulation.Kernel.Living.Single(IsHook);

    /// <summary>It ends.</summary>
    public static void EndHook(Simulation simulation, int code = 0)
    {
        simulation.Kernel.Exits(RunningHook(simulation), ExitStatus.Exited(code));
        simulation.Settle();
    }

    private static bool IsHook(FakeChild child) => child.Request.Process.Command[0] == "hook";
}
