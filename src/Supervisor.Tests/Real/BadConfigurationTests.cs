using System.Text;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Files that nobody should write, through <c>check</c> (1) and <c>run</c> (78): the place, the words, nothing started.</summary>
public sealed class BadConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a bracket that is not closed", "version: 1\njobs:\n  web: {command: [a, b\n  api: }\n",
        "3:19: YAML: cannot be understood after this place; perhaps a bracket, a brace or a quote before it is not closed")]
    [InlineData("a tab", "jobs:\n\tweb: {command: x}\n", "2:1: YAML: a tab in the indentation, which takes spaces only")]
    [InlineData("wrong types", "jobs:\n  web: {command: {a: b}, instances: many, nice: 99, essential: 7, restart: [x]}\n",
        "2:18: 'command' in job 'web': expected a command: a list of words, or one string, found a map",
        "2:37: 'instances' in job 'web': expected a whole number from 1 to 10000, found 'many'",
        "2:49: 'nice' in job 'web': expected a whole number from -20 to 19, found '99'",
        "2:64: 'essential' in job 'web': expected true or false, found '7'",
        "2:76: 'restart' in job 'web': expected a map such as {policy: ...}, found a list")]
    [InlineData("unknown and duplicate keys", "jobs:\n  web: {comand: [sleep, '1']}\n  api: {command: sleep 1}\n  api: {command: sleep 2}\nfoo: 1\n",
        "2:9: unknown key 'comand' in job 'web'; did you mean 'command'?", "4:3: duplicate key 'api'; it is already set in line 3",
        "5:1: unknown key 'foo' in 'supervisor.yaml'")]
    [InlineData("a cycle", "jobs:\n  a: {command: x, depends_on: [b]}\n  b: {command: x, depends_on: [c]}\n  c: {command: x, depends_on: [a]}\n",
        "4:32: a cycle of dependencies: a -> b -> c -> a")]
    [InlineData("an undefined variable", "jobs:\n  a: {command: 'echo ${NOT_SET_ANYWHERE}'}\n",
        "2:16: 'command' in job 'a': variable 'NOT_SET_ANYWHERE' is not set in the supervisor's environment")]
    [InlineData("an empty file", "", "1:1: the file is empty: expected a map with 'jobs:'")]
    [InlineData("a scalar", "hello\n", "1:1: expected a map with 'jobs:', found 'hello'")]
    [InlineData("a NUL byte", "jobs:\n  a: {command: 'x\0'}\n", "2:18: the file is not text: a NUL byte at offset 23")]
    [InlineData("a later version's format", "version: 2\njobs: {a: {command: x}}\n", "1:10: 'version' in 'supervisor.yaml': expected 1, found '2'")]
    [InlineData("an include that is not there", "include: [nothere.yaml]\njobs: {a: {command: x}}\n", "1:11: cannot read 'DIR/nothere.yaml': no such file")]
    public async Task Each_problem_is_told_with_its_place_and_nothing_is_started(string what, string text, params string[] problems)
    {
        Assert.NotEmpty(what);
        await IsRefused(Encoding.UTF8.GetBytes(text), problems);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_told_with_their_place() =>
        await IsRefused([.. "jobs:\n  a: {command: 'caf"u8, 0xe9, .. "'}\n"u8], ["2:20: the file is not UTF-8: invalid byte at offset 25"]);

    [Fact]
    public async Task An_alias_bomb_is_refused_before_it_explodes()
    {
        var bomb = new StringBuilder("x0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 10; i++)
        {
            bomb.Append($"x{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        await IsRefused(Encoding.UTF8.GetBytes(bomb.ToString()), ["6:10: the aliases of this file stand for more than 100000 nodes"]);
    }

    [Fact]
    public async Task Brackets_without_end_are_refused() =>
        await IsRefused(Encoding.UTF8.GetBytes("jobs: " + new string('[', 1_000_000)), ["1:39: nested deeper than 32 levels"]);

    [Fact]
    public async Task A_file_of_10_MB_is_read_whole()
    {
        var text = new StringBuilder("jobs:\n");
        var filling = new string('x', 100_000);
        for (var i = 0; i < 100; i++)
        {
            text.Append($"  j{i}: {{command: [sleep, '1'], environment: {{A: '{filling}'}}}}\n");
        }

        await IsRefused(Encoding.UTF8.GetBytes(text.Append("  last: {comand: x}\n").ToString()), ["102:10: unknown key 'comand' in job 'last'; did you mean 'command'?"]);
    }

    [Fact]
    public async Task Check_of_a_good_file_says_how_many_jobs_it_has()
    {
        var file = Path.Combine(_folder, "supervisor.yaml");
        await File.WriteAllTextAsync(file, "jobs:\n  web: {command: [sleep, '1']}\n");

        var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file]);

        Assert.Equal((0, $"{file}: valid, 1 job\n"), (check.Code, check.Out + check.Error));
    }

    [Fact]
    public async Task Check_tells_a_user_and_a_program_that_are_not_there()
    {
        var file = Path.Combine(_folder, "supervisor.yaml");
        await File.WriteAllTextAsync(file, "jobs:\n  a: {command: sleep 1, user: nobody-here}\n  b: {command: /nonexistent/program}\n");

        var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file]);

        Assert.Equal(1, check.Code);
        Assert.Contains($"{file}:2:31: job 'a' cannot be started on this machine: looking up the user: there is no user nobody-here", check.Out + check.Error);
        Assert.Contains($"{file}:3:16: job 'b' cannot be started on this machine: ", check.Out + check.Error);
    }

    [Fact]
    public async Task Check_tells_every_program_that_is_not_there_and_warns_of_those_that_are_made()
    {
        var (file, token) = (Path.Combine(_folder, "supervisor.yaml"), Path.Combine(_folder, "no-token"));
        await File.WriteAllTextAsync(file, $$"""
            supervisor:
              control: {group: no-such-group}
              http: {token_file: {{token}}}
            jobs:
              made:
                before_start: [{run: [cp, /bin/true, {{_folder}}/made]}]
                command: {{_folder}}/made
              web:
                command: sleep 1
                cleanup: [{run: [rm, -f, x]}, {run: [./report]}]
            """);

        var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", file]);

        Assert.Equal(
            $"""
            {file}:2:20: supervisor.control.group: there is no group 'no-such-group' on this machine
            {file}:3:22: cannot read the token of the dashboard (supervisor.http.token_file), {token}: No such file or directory; `(umask 077; head -c 32 /dev/urandom | base64 > {token})` makes one
            {file}:10:41: job 'web': hook 2 of 'cleanup' cannot be run on this machine: checking the program: No such file or directory (/report); it is looked for in 'directory', which is / when it is not written (`directory: .` is where the file is)
            {file}:7:14: warning: job 'made': checking the program: No such file or directory ({_folder}/made); a step of 'before_start' may make it before it is needed
            {file}: 3 problems, 1 warning

            """, check.Out);
        Assert.Equal(1, check.Code);
    }

    [Fact]
    public async Task A_token_that_others_can_read_is_told_before_any_job_is_started()
    {
        var (file, token) = (Path.Combine(_folder, "supervisor.yaml"), Path.Combine(_folder, "token"));
        await File.WriteAllTextAsync(token, new string('x', 40));
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await File.WriteAllTextAsync(
            file, $"supervisor: {{directory: {_folder}/d, http: {{listen: 127.0.0.1:0, token_file: {token}}}}}\njobs: {{a: {{command: [touch, {_folder}/started]}}}}\n");

        var run = await ProgramRun.ToEnd(Built.Supervisor, ["run", "-c", file]);

        Assert.Equal(1, run.Code);
        Assert.Contains($"supervisor: the token file {token} has mode 0404", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.False(File.Exists(Path.Combine(_folder, "started")));
    }

    private async Task IsRefused(byte[] content, string[] problems)
    {
        var file = Path.Combine(_folder, "supervisor.yaml");
        await File.WriteAllBytesAsync(file, content);
        var expected = problems.Select(problem => $"{file}:{problem.Replace("DIR", _folder)}").ToList();

        var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file]);
        var run = await ProgramRun.ToEnd(Built.Supervisor, ["run", "-c", file]);

        Assert.Equal(1, check.Code);
        Assert.Equal(78, run.Code);
        foreach (var problem in expected)
        {
            Assert.Contains(problem + "\n", check.Out + check.Error);
            Assert.Contains(problem + "\n", run.Error);
        }

        Assert.Contains("nothing was started", run.Error);
        Assert.DoesNotContain("   at ", check.Out + check.Error + run.Error);
    }
}
