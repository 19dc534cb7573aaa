using Supervisor.Processes.Cgroups;

namespace Supervisor.Tests.Pure.Processes;

public class CgroupTextTests
{
    private const string Events = "low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 1\n";

    [Theory]
    [InlineData("oom", 1L), InlineData("oom_kill", 3L), InlineData("max", 12L), InlineData("low", 0L), InlineData("kill", null), InlineData("oom_kill ", null)]
    public void A_value_is_found_by_its_whole_key(string key, long? value) => Assert.Equal(value, CgroupText.Value(Events, key));

    [Fact]
    public void Nothing_is_in_a_file_that_is_not_there()
    {
        Assert.Null(CgroupText.Value(null, "oom"));
        Assert.Null(CgroupText.Number(null));
        Assert.Empty(CgroupText.Pids(null));
        Assert.Empty(CgroupText.Words(null));
        Assert.Null(CgroupText.PathOf(null));
    }

    [Theory]
    [InlineData("4096\n", 4096L), InlineData("max\n", null), InlineData("\n", null)]
    public void A_file_of_one_number(string text, long? number) => Assert.Equal(number, CgroupText.Number(text));

    [Fact]
    public void Processes_of_another_pid_namespace_have_no_number_here() => Assert.Equal([12, 4711], CgroupText.Pids("12\n0\n4711\n"));

    [Fact]
    public void Controllers_are_words() => Assert.Equal(["cpu", "memory"], CgroupText.Words("cpu memory\n"));

    [Theory]
    [InlineData("0::/system.slice/a.service\n", "/system.slice/a.service")]
    [InlineData("9:name=systemd:/x\n4:memory:/y\n0::/\n", "/")]
    [InlineData("4:memory:/y\n", null)]
    public void The_path_of_version_2_is_the_one_without_a_number(string text, string? path) => Assert.Equal(path, CgroupText.PathOf(text));

    private const string Unified = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    private const string Hybrid = "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    private const string Part = "31 23 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
    private const string Blank = "31 23 0:28 / /mnt/a\\040b rw - cgroup2 cgroup rw\n";

    [Theory]
    [InlineData(Unified, "/a/b.service", "/sys/fs/cgroup/a/b.service")]
    [InlineData(Unified, "/", "/sys/fs/cgroup")]
    [InlineData(Hybrid, "/a", "/sys/fs/cgroup/unified/a")]
    [InlineData(Part, "/docker/abc", "/sys/fs/cgroup")]
    [InlineData(Part, "/docker/abc/job", "/sys/fs/cgroup/job")]
    [InlineData(Part, "/docker/abcd", null)]
    [InlineData(Part, "/elsewhere", null)]
    [InlineData(Unified, "/../outside", null)]
    [InlineData(Blank, "/x", "/mnt/a b/x")]
    [InlineData("", "/x", null)]
    public void The_directory_is_where_a_mount_shows_it(string mounts, string path, string? directory) => Assert.Equal(directory, CgroupText.DirectoryOf(mounts, path));
}
