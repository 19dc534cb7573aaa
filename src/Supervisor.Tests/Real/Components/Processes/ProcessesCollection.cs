namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>Tests that look at all children of this process: one at a time.</summary>
[CollectionDefinition("processes", DisableParallelization = true)]
public sealed class ProcessesCollection;
