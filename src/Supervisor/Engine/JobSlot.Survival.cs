using Supervisor.Jobs;

namespace Supervisor.Engine;

// What another image of the supervisor has to know of it. A test holds this to the properties that there are.
internal sealed partial class JobSlot
{
    /// <summary>For the image after this one.</summary>
    public InstanceWorld World => new()
    {
        Name = Name,
        State = State,
        Main = Child?.Identity,
        Steps = [.. Steps.Select(step => step.World)],
        HasLog = Log is not null,
        HasMemory = Memory is not null,
        LoggedAttempt = LoggedAttempt,
        Reloads = Reloads,
        IsReloading = IsReloading,
        StopOrdered = StopOrdered,
        StopsForGood = StopsForGood,
        ComesBack = ComesBack,
        ExtraUntil = ExtraUntil,
        WaitTold = WaitTold,
        Remark = Remark,
        ReloadFailure = ReloadFailure,
        ResourceWarning = ResourceWarning,
        Story = Story,
        ExitCounts = ExitCounts,
        RestartsEver = RestartsEver,
        FirstStart = FirstStart,
        LastStart = LastStart,
        Wanted = _wanted,
        Timer = Timer?.World,
    };

    /// <summary>Takes over what the image before this one knew; processes, logs and memory are the runner's.</summary>
    public void GoOn(InstanceWorld world)
    {
        State = world.State;
        (LoggedAttempt, Reloads, IsReloading) = (world.LoggedAttempt, world.Reloads, world.IsReloading);
        (ComesBack, ExtraUntil) = (world.ComesBack, world.ExtraUntil);
        (StopsForGood, ResourceWarning) = (world.StopsForGood, world.ResourceWarning);
        (StopOrdered, WaitTold, Remark, ReloadFailure) = (world.StopOrdered, world.WaitTold, world.Remark, world.ReloadFailure);
        (Story, RestartsEver, FirstStart, LastStart, _wanted) = (world.Story, world.RestartsEver, world.FirstStart, world.LastStart, world.Wanted);
        // A newer version may know causes that the older one did not.
        ExitCounts = [.. world.ExitCounts.Take(ExitCounts.Length), .. Enumerable.Repeat(0L, Math.Max(0, ExitCounts.Length - world.ExitCounts.Length))];
        Changed = true;
    }
}
