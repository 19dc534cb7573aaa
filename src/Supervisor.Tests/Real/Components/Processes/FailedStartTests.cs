using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>Starts that fail, with the words that people read.</summary>
[Collection("processes")]
public sealed class FailedStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> Fails(ProcessSpec spec)
    {
        var (process, failure) = await TestProcesses.TryStart(spec);
        using (process)
            Assert.Null(process);
        return failure!.ToString();
    }

    private static ProcessSpec True => new() { Command = ["true"] };

    private string Script(string text, UnixFileMode mode = (UnixFileMode)0b111_101_101)
    {
        var path = Path.Combine(_folder, "program");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    [Fact]
    public async Task A_program_that_is_nowhere_on_PATH() =>
        Assert.Equal("finding the program: no-such-program is not in PATH (/bin:/usr/bin)",
            await Fails(new() { Command = ["no-such-program"], Environment = [new("PATH", "/bin:/usr/bin")] }));

    [Fact]
    public async Task A_path_that_does_not_exist() =>
        Assert.Equal("checking the program: No such file or directory (/no/such)", await Fails(new() { Command = ["/no/such"] }));

    [Fact]
    public async Task A_directory_as_program() =>
        Assert.Equal("checking the program: /usr: is a directory", await Fails(new() { Command = ["/usr"] }));

    [Fact]
    public async Task A_file_that_is_not_executable()
    {
        var path = Script("#!/bin/sh\n", (UnixFileMode)0b110_100_100);

        Assert.Equal($"checking the program: {path}: is not executable (mode 0644)", await Fails(new() { Command = [path] }));
    }

    [Fact]
    public async Task A_missing_interpreter()
    {
        var path = Script("#!/no/such/interpreter -x\n");

        Assert.Equal($"checking the program: No such file or directory (/no/such/interpreter, the interpreter of {path})", await Fails(new() { Command = [path] }));
    }

    [Fact]
    public async Task A_script_without_its_first_line()
    {
        var path = Script("echo hello\n");

        Assert.StartsWith($"checking the program: {path} is a text file without a #! line", await Fails(new() { Command = [path] }));
    }

    [Fact]
    public async Task A_program_for_another_machine()
    {
        var head = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(head);
        head[16] = 2;
        head[18] = 243;
        var path = Script("");
        File.WriteAllBytes(path, head);

        Assert.Contains($"{path} is for RISC-V, this machine is", await Fails(new() { Command = [path] }));
    }

    [Fact]
    public async Task An_empty_program_is_left_to_the_kernel_to_refuse()
    {
        var path = Script("");

        Assert.Equal($"executing: Exec format error ({path})", await Fails(new() { Command = [path] }));
    }

    [Fact]
    public async Task A_missing_directory() =>
        Assert.Equal("changing directory: No such file or directory (/srv/none)", await Fails(True with { Directory = "/srv/none" }));

    [Fact]
    public async Task A_user_with_its_group_as_compose_has_it() => Assert.Equal(
        "looking up the user: there is no user 1000:100; the group has a key of its own: `user: 1000`, `group: 100`", await Fails(True with { User = "1000:100" }));

    [Fact]
    public async Task An_unknown_user() => Assert.Equal("looking up the user: there is no user nosuch", await Fails(True with { User = "nosuch" }));

    [Fact]
    public async Task An_unknown_group() => Assert.Equal("looking up the user: there is no group nosuch", await Fails(True with { Group = "nosuch" }));

    [Fact]
    public async Task A_limit_that_the_kernel_refuses() =>
        Assert.Equal("setting resource limits: Invalid argument (nofile 20:10)", await Fails(True with { Limits = [new(RlimitResource.Nofile, 20, 10)] }));

    [Fact]
    public async Task A_cpu_that_is_not_there() =>
        Assert.Equal("setting the CPU affinity: Invalid argument (1000)", await Fails(True with { CpuAffinity = [1000] }));

    [Fact]
    public async Task A_bad_line_of_an_environment_file()
    {
        var file = Script("A=1\nnonsense\n");

        Assert.Equal($"reading the environment file: {file}:2: `nonsense` is not NAME=value", await Fails(True with { EnvironmentFiles = [new(file, false)] }));
    }

    [Fact]
    public async Task A_missing_environment_file_unless_it_is_optional()
    {
        Assert.Equal("reading the environment file: No such file or directory (/no/env)", await Fails(True with { EnvironmentFiles = [new("/no/env", false)] }));
        Assert.Equal(0, (await TestProcesses.Run(True with { EnvironmentFiles = [new("/no/env", true)] })).Status.Code);
    }

    [Fact]
    public void The_check_tells_the_same_without_starting() =>
        Assert.Equal("changing directory: No such file or directory (/srv/none)",
            Assert.Single(Supervisor.Processes.StartCheck.Check(True with { Directory = "/srv/none" })).ToString());
}
