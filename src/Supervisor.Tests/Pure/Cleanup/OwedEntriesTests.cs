using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Cleanup;

public class OwedEntriesTests
{
    private static CleanupHook Hook(string name) => new([name], HookCondition.Always, TimeSpan.FromSeconds(5));

    private static readonly CleanupRecord.Owed _owed = new("a", new("web"), 3, DateTimeOffset.UnixEpoch, new() { Command = ["main"] }, [Hook("one"), Hook("two")]);

    private static OwedEntries Of(params CleanupRecord[] records)
    {
        var entries = new OwedEntries();
        Array.ForEach(records, entries.Apply);
        return entries;
    }

    [Fact]
    public void What_is_done_is_owed_no_more_and_numbers_are_not_given_twice()
    {
        var entry = Of(_owed, new CleanupRecord.HookBegan("a", 1, 0, "boot"), new CleanupRecord.HookDone("a", 1), new CleanupRecord.Registered("a", 2, Hook("three"))).Find("a")!;

        Assert.Equal([(0, "one"), (2, "three")], entry.Hooks.Select(owed => (owed.Number, owed.Hook.Command[0])));
        Assert.Equal((3, null), (entry.Registered, entry.Begun));
    }

    [Fact]
    public void A_file_made_anew_says_the_same()
    {
        foreach (var records in new CleanupRecord[][]
        {
            [_owed],
            [_owed, new CleanupRecord.Started("a", new(1, 2, "boot"))],
            [_owed, new CleanupRecord.Ended("a", [new("SERVICE_RESULT", "success")], true), new CleanupRecord.HookBegan("a", 1, 7, "boot")],
            [_owed, new CleanupRecord.HookDone("a", 0)],
        })
        {
            var entry = Of(records).Find("a")!;

            Assert.Equal(entry, Of([.. entry.Records()]).Find("a"));
        }
    }

    [Fact]
    public void What_is_closed_or_was_never_begun_owes_nothing()
    {
        Assert.Equal(0, Of(_owed, new CleanupRecord.Closed("a")).Count);
        Assert.Equal(0, Of(new CleanupRecord.Registered("b", 0, Hook("one")), new CleanupRecord.HookBegan("b", 0, 1, "boot")).Count);
    }
}
