using Supervisor.Hosting;
using Supervisor.Specs;
using Xunit;

namespace Supervisor.Tests.Real.Components.Hosting;

public sealed class InstanceLockTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lock-").FullName;

    private DaemonSpec Spec => new()
    {
        RuntimeDirectory = _directory,
        StateDirectory = _directory,
        LogDirectory = _directory,
        ControlSocket = Path.Combine(_directory, "control.sock"),
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_second_supervisor_of_a_directory_is_told_who_has_it_and_what_to_do()
    {
        using var first = InstanceLock.Take(Spec);

        var refused = Assert.Throws<AlreadyRunsException>(() => InstanceLock.Take(Spec));

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(
            $"another supervisor (pid {Environment.ProcessId}) already uses {_directory}; `supervisor -s {_directory}/control.sock status` "
                + "talks to it; to run a second one give it its own `supervisor.directory`",
            refused.Message);
    }

    [Fact]
    public void One_with_another_runtime_directory_but_the_same_state_is_refused_too()
    {
        var runtime = Directory.CreateDirectory(Path.Combine(_directory, "session")).FullName;
        using var first = InstanceLock.Take(Spec);

        var refused = Assert.Throws<AlreadyRunsException>(() => InstanceLock.Take(Spec with { RuntimeDirectory = runtime }));

        Assert.Equal(
            $"another supervisor (pid {Environment.ProcessId}) already uses {_directory}; `supervisor status` finds it if it is this user's; "
                + "to run a second one give it its own `supervisor.directory`",
            refused.Message);
        // Nothing of the refused one is left in the way.
        using var other = InstanceLock.Take(Spec with { RuntimeDirectory = runtime, StateDirectory = runtime });
    }

    [Fact]
    public void A_state_directory_that_takes_no_file_is_no_obstacle()
    {
        using var one = InstanceLock.Take(Spec with { StateDirectory = Path.Combine(_directory, "none") });
    }

    [Fact]
    public void An_image_whose_jobs_run_goes_on_where_the_state_is_shared_and_says_so()
    {
        var runtime = Directory.CreateDirectory(Path.Combine(_directory, "session")).FullName;
        using var first = InstanceLock.Take(Spec);

        using var upgraded = InstanceLock.Take(Spec with { RuntimeDirectory = runtime }, goesOn: true);

        Assert.StartsWith($"another supervisor (pid {Environment.ProcessId}) already uses {_directory}; ", upgraded.Warning);
        Assert.Null(first.Warning);
        // The lock of its own directory it has.
        Assert.Throws<AlreadyRunsException>(() => InstanceLock.Take(Spec with { RuntimeDirectory = runtime, StateDirectory = runtime }));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("real/")]
    [InlineData("link/../real")]
    public void One_directory_by_two_paths_is_one(string state)
    {
        var real = Directory.CreateDirectory(Path.Combine(_directory, "real")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_directory, "link"), real);

        using var one = InstanceLock.Take(Spec with { RuntimeDirectory = real, StateDirectory = Path.Combine(_directory, state) });

        Assert.Null(one.Warning);
        Assert.Throws<AlreadyRunsException>(() => InstanceLock.Take(Spec with { RuntimeDirectory = real }));
    }

    [Fact]
    public void The_lock_goes_with_its_holder()
    {
        InstanceLock.Take(Spec).Dispose();

        using var second = InstanceLock.Take(Spec);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_named_with_its_key()
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "");

        var refused = Assert.Throws<StartupException>(() => Directories.Create(Spec with { StateDirectory = Path.Combine(_directory, "file", "state") }));

        Assert.Contains("state directory", refused.Message);
        Assert.Contains("'supervisor.state_directory'", refused.Message);
    }

    [Fact]
    public void Directories_are_made_with_modes_that_keep_logs_private()
    {
        Directories.Create(Spec with { RuntimeDirectory = _directory + "/run", LogDirectory = _directory + "/log" });

        Assert.Equal("755", Convert.ToString((int)File.GetUnixFileMode(_directory + "/run"), 8));
        Assert.Equal("750", Convert.ToString((int)File.GetUnixFileMode(_directory + "/log"), 8));
    }
}
