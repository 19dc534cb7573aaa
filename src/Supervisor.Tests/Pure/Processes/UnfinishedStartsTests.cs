using Supervisor.Cleanup;

namespace Supervisor.Tests.Pure.Processes;

public class UnfinishedStartsTests
{
    [Theory]
    [InlineData("77 (supervisor) D 1 77 77 0 -1 4194368 0 0 0 0 1 2 0 0 20 0 1 0 4711 1000 10", true)] // 0x400040: forked, not exec'ed
    [InlineData("77 (supervisor) D 1 77 77 0 -1 4194304 0 0 0 0 1 2 0 0 20 0 1 0 4711 1000 10", false)] // has exec'ed: the supervisor itself
    [InlineData("77 (supervisor) Z 1 77 77 0 -1 4194368 0 0 0 0 1 2 0 0 20 0 1 0 4711 1000 10", false)] // ended
    [InlineData("77 (sh) S 1 77 77 0 -1 4194368 0 0 0 0 1 2 0 0 20 0 1 0 4711 1000 10", false)] // a subshell
    [InlineData("77 (super) visor) S 1 77 77 0 -1 4194368 0 0 0 0 1 2 0 0 20 0 1 0 4711 1000 10", false)]
    public void A_child_before_execve_is_known_by_its_flag(string stat, bool expected) => Assert.Equal(expected, UnfinishedStarts.IsUnfinished(stat, "supervisor"));
}
