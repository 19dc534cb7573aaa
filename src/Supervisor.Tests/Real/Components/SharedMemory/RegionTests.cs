using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.SharedMemory;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Tests.Real.Components.SharedMemory;

public class RegionTests
{
    private const long MiB = 1024 * 1024;

    private static readonly RegionSpec _cache = new("big-cache", 64 * MiB);

    [Fact]
    public unsafe void Users_of_a_region_have_the_same_pages_and_only_touched_ones_cost()
    {
        var boards = new Boards(TimeProvider.System);
        var a = boards.Open(new("a"), board: false, [_cache]);
        var b = boards.Open(new("b", 1, true), board: false, [_cache]);
        a.BeginAttempt();
        b.BeginAttempt();
        using var of_a = Mapping.OfFile(a.Descriptors[0].Descriptor, (nuint)_cache.Size);
        using var of_b = Mapping.OfFile(b.Descriptors[0].Descriptor, (nuint)_cache.Size);

        Assert.Equal(0, boards.Regions()[0].Resident);
        for (var page = 0; page < 10; page++)
        {
            of_a.Address[page * MiB] = 42;
        }

        Assert.Equal(42, of_b.Address[9 * MiB]);
        var usage = Assert.Single(boards.Regions());
        Assert.Equal(("big-cache", 64 * MiB, 10L * Environment.SystemPageSize), (usage.Name, usage.Size, usage.Resident));
        Assert.Equal(["a", "b@1"], usage.Users.Select(user => user.ToString()));
        Assert.Equal("SUPERVISOR_REGION_BIG_CACHE_FD", a.Descriptors[0].Variable);

        a.Close();
        Assert.Single(boards.Regions());
        b.Close();
        Assert.Empty(boards.Regions());
    }

    [Fact]
    public unsafe void Another_size_is_another_region_and_what_stays_keeps_its_content()
    {
        var boards = new Boards(TimeProvider.System);
        var table = new RegionSpec("table", 4096);
        var job = boards.Open(new("a"), board: true, [_cache, table]);
        job.BeginAttempt();
        using (var mapping = Mapping.OfFile(job.Descriptors[2].Descriptor, 4096))
        {
            mapping.Address[0] = 42;
        }

        job.Reconfigure(board: false, [table, _cache with { Size = 2 * MiB }]);
        Assert.Null(boards.Read(new("a")));
        job.BeginAttempt();

        Assert.Equal([("big-cache", 2 * MiB), ("table", 4096)], boards.Regions().Select(usage => (usage.Name, usage.Size)));
        using var again = Mapping.OfFile(job.Descriptors[0].Descriptor, 4096);
        Assert.Equal(42, again.Address[0]);
        job.Close();
        Assert.Empty(boards.Regions());
    }

    [Fact]
    public void Nobody_can_truncate_grow_or_seal()
    {
        using var page = new BoardPage();

        Assert.Equal((-1, Errno.EPERM), (LibC.ftruncate(page.Descriptor, 0), Marshal.GetLastPInvokeError()));
        Assert.Equal((-1, Errno.EPERM), (LibC.ftruncate(page.Descriptor, 8192), Marshal.GetLastPInvokeError()));
        Assert.Equal((-1, Errno.EPERM), (LibC.fcntl(page.Descriptor, sys_mman_h.F_ADD_SEALS, sys_mman_h.F_SEAL_FUTURE_WRITE), Marshal.GetLastPInvokeError()));
        Assert.Empty(page.Read().Problems);
    }

    [Fact]
    public void Nothing_is_left_of_a_job_that_has_gone()
    {
        var boards = new Boards(TimeProvider.System);
        boards.Open(new("warm"), board: true, [_cache]).Close();
        var maps = Maps();
        for (var i = 0; i < 100; i++)
        {
            var memory = boards.Open(new("a"), board: true, [_cache]);
            memory.BeginAttempt();
            memory.Close();
        }

        Assert.Equal(maps, Maps());

        static int Maps() => File.ReadLines("/proc/self/maps").Count(line => line.Contains("supervisor-board:a", StringComparison.Ordinal));
    }
}
