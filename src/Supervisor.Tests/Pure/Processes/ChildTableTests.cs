using Supervisor.Processes;

namespace Supervisor.Tests.Pure.Processes;

/// <summary>The child of a start is seen in the list of our children before it has said its own number.</summary>
public class ChildTableTests
{
    private int _asked;

    [Fact]
    public void It_is_not_taken_for_an_orphan()
    {
        var table = Spawning(sayingAfter: 3, 4711);

        Assert.Empty(table.NotOurs("4711 "u8));
        Assert.True(table.IsOurs(4711));
    }

    [Fact]
    public void An_orphan_that_comes_meanwhile_is_one() => Assert.Equal([815], Spawning(sayingAfter: 3, 4711).NotOurs("815 4711 "u8));

    [Fact]
    public async Task A_start_without_a_child_keeps_nobody_waiting()
    {
        var table = Spawning(sayingAfter: int.MaxValue, 0);
        var looked = Task.Run(() => table.IsOurs(815), TestContext.Current.CancellationToken);

        table.EndSpawn("run", null);

        Assert.False(await looked.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    private ChildTable Spawning(int sayingAfter, int pid)
    {
        var table = new ChildTable(() => ++_asked > sayingAfter ? pid : 0);
        table.BeginSpawn("run", () => { });
        return table;
    }
}
