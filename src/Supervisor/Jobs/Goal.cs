namespace Supervisor.Jobs;

/// <summary>What is wanted of an instance: one of the two axes of its state (the other is <see cref="Phase"/>).</summary>
public enum Goal
{
    /// <summary>It shall not run.</summary>
    Down,
    /// <summary>It shall run (a oneshot: shall have run).</summary>
    Up,
}
