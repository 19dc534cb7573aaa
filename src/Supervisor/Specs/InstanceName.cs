namespace Supervisor.Specs;

/// <summary>
/// The name of one instance of a job: <c>web</c>, or <c>web@2</c> when the job says how many <c>instances:</c> it has.
/// </summary>
/// <param name="Job">Name of the job, as the configuration has it.</param>
/// <param name="Index">Number of the instance, from 0.</param>
/// <param name="IsNumbered">Whether the number is part of the name (the job has an <c>instances:</c> key).</param>
public readonly record struct InstanceName(string Job, int Index = 0, bool IsNumbered = false)
{
    /// <summary>What people write and read.</summary>
    public override string ToString() => IsNumbered ? $"{Job}@{Index}" : Job;
}
