using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What outlives the supervisor of the schedules with <c>catch_up</c>. Implemented by Persistence/, faked on floor 2.</summary>
public interface IScheduleMemory
{
    /// <summary>When the last run was due that was taken; null: nobody knows of one.</summary>
    DateTimeOffset? LastRun(InstanceName name);

    /// <summary>The run that was due at <paramref name="nominal"/> has been taken. Returns at once: it is written by another thread.</summary>
    void Ran(InstanceName name, DateTimeOffset nominal);
}
