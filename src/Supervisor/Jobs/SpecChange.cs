using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What it means for a running instance that its spec has changed.</summary>
public enum SpecChange
{
    /// <summary>Nothing changed.</summary>
    None,
    /// <summary>The process can go on: what changed concerns later decisions only.</summary>
    Live,
    /// <summary>The process was started with something else: it has to be restarted.</summary>
    NeedsRestart,
}

/// <summary>Compares the specs of an instance.</summary>
public static class SpecChanges
{
    /// <summary>What the change from <paramref name="old"/> to <paramref name="new"/> asks for.</summary>
    public static SpecChange Between(JobSpec old, JobSpec @new) =>
        old == @new ? SpecChange.None
        : old == TakeLive(@new, old) ? SpecChange.Live
        : SpecChange.NeedsRestart;

    // The new spec with everything put back that only later decisions read.
    private static JobSpec TakeLive(JobSpec spec, JobSpec old) => spec with
    {
        Start = old.Start,
        DependsOn = old.DependsOn,
        OnDependencyRestart = old.OnDependencyRestart,
        StartTimeout = old.StartTimeout,
        Restart = old.Restart,
        OnFailure = old.OnFailure,
        BeforeStart = old.BeforeStart,
        Stop = old.Stop,
        Reload = old.Reload,
        Essential = old.Essential,
    };
}
