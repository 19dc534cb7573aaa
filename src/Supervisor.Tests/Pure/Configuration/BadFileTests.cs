using System.Text;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class BadFileTests : ConfigurationTest
{
    [Fact]
    public void A_misspelt_key_is_told_with_the_nearest_right_one() => Assert.Equal(
        ["supervisor.yaml:3:5: unknown key 'comand' in job 'web'; did you mean 'command'?"], Problems("jobs:\n  web:\n    comand: sleep 1\n"));

    [Fact]
    public void A_job_without_a_command_is_told() =>
        Assert.Equal(["supervisor.yaml:2:7: 'command' in job 'web' is missing"], Problems("jobs:\n web: {nice: 1}\n"));

    [Fact]
    public void All_problems_are_told_at_once_in_order() => Assert.Equal(
        ["supervisor.yaml:3:11: ", "supervisor.yaml:4:12: ", "supervisor.yaml:5:5: ", "supervisor.yaml:8:18: "],
        Problems("jobs:\n  a:\n    nice: high\n    umask: \"99\"\n    helth: x\n    command: /bin/true\n  b:\n    depends_on: [c]\n    command: x\n")
            .Select(problem => problem[..(problem.IndexOf(": ", StringComparison.Ordinal) + 2)]));

    [Theory]
    [InlineData("a: [1, 2\nb: }")]
    [InlineData("a: [")]
    [InlineData("jobs: {a: {command: \"x}}")]
    [InlineData("\t- x")]
    [InlineData("&a [*a]")]
    [InlineData("? [a]\n: b")]
    [InlineData("jobs: !foo {}\nx: *y")]
    [InlineData("%YAML 9.9\n---\na: 1")]
    [InlineData("--- a\n--- b")]
    [InlineData("- a")]
    [InlineData("word")]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("jobs: {a: {command: x}, a: {command: y}}")]
    [InlineData("jobs:\n  a: {command: x}\n---\njobs: {}")]
    public void Odd_text_is_a_problem_with_a_place(string text)
    {
        var result = Read(text);

        Assert.Null(result.Spec);
        Assert.All(result.Problems, problem => Assert.True(problem.Position is { Line: > 0, Column: > 0 }));
        Assert.NotEmpty(result.Problems);
    }

    [Theory]
    [InlineData("jobs:\n\ta: {command: x}\n", "2:1: YAML: a tab in the indentation, which takes spaces only")]
    [InlineData("jobs:\n  a:\n    command: |\n      x\n      \ty\n  \tb: 1\n", "6:3: YAML: a tab in the indentation, which takes spaces only")]
    [InlineData("jobs:\n  a:\n    schedule:\n      cron: * * * * *\n", "put the value in quotes")]
    [InlineData("jobs:\n  a: {environment: {X: ${HOME}}}\n", "a ${...} inside of { } or [ ] has to be in quotes")]
    [InlineData("jobs:\n  a:\n    command: echo a: b\n", "': ' inside of a plain text: put it in quotes")]
    public void What_the_parser_says_is_made_clearer(string text, string end) => Assert.EndsWith(end, Assert.Single(Problems(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("supervisord.conf", "[supervisord]\nnodaemon=true\n", "a supervisord configuration")]
    [InlineData("supervisor.yaml", "[program:web]\ncommand=/bin/cat\n", "a supervisord configuration", "jobs.yaml")]
    [InlineData("any", "; x\n\n[program:web]\ncommand=/bin/cat\n", "a supervisord configuration")]
    [InlineData("web.service", "[Service]\nExecStart=/bin/cat\n", "systemd units")]
    [InlineData("docker-compose.yml", "version: '3'\nservices: {web: {command: x}}\n", "a compose file")]
    [InlineData("Procfile", "web: sleep 1\n", "a Procfile")]
    public void A_file_of_another_supervisor_is_told_with_the_way_to_import_it(string name, string text, string kind, string result = "supervisor.yaml") => Assert.Equal(
        [$"{name}:1:1: expected a configuration of this supervisor, found {kind}; `supervisor import {name} --write {result}` makes one of it"],
        Problems(ReadFile(Write(name, text))));

    [Theory]
    [InlineData("include: x.yaml\n")]
    [InlineData("version: 1\n")]
    [InlineData("services: {web: {command: x}}\n")]
    [InlineData("web: sleep 1\n")]
    [InlineData("jobs: {a: {command: x}, b: [Service]}\n")]
    public void One_of_ours_with_mistakes_is_not_taken_for_one(string text) =>
        Assert.All(Problems(text), problem => Assert.DoesNotContain("a configuration of this supervisor", problem, StringComparison.Ordinal));

    [Fact]
    public void A_byte_that_is_not_utf8_is_told_with_its_offset()
    {
        var path = Path.Combine(Root, "latin1.yaml");
        File.WriteAllBytes(path, [.. "jobs:\n  a: "u8, 0xE9, .. "\n"u8]);

        Assert.Equal(["latin1.yaml:2:6: the file is not UTF-8: invalid byte at offset 11"], Problems(ReadFile(path)));
    }

    [Fact]
    public void A_byte_order_mark_is_no_problem()
    {
        var path = Path.Combine(Root, "bom.yaml");
        File.WriteAllText(path, "jobs: {a: {command: x}}", new UTF8Encoding(true));

        Assert.Empty(ReadFile(path).Problems);
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_problems()
    {
        Assert.Contains("no such file", ReadFile(Path.Combine(Root, "none.yaml")).Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("it is a directory", ReadFile(Root).Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Assert.Contains(Problems(bomb), problem => problem.Contains("stand for more than 100000 nodes", StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Contains("nested deeper", Problems("a: " + new string('[', 100_000)).Single(), StringComparison.Ordinal);

    [Fact]
    public void Ten_megabytes_are_read() => Assert.Equal(
        30_000, Valid("jobs:\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"  job{i}:\n    command: /bin/true {new string('x', 300)}\n"))).Jobs.Count);

    [Fact]
    public void More_than_the_limit_is_refused() =>
        Assert.Equal(["supervisor.yaml:1:1: 'supervisor.yaml' is larger than 16 MiB"], Problems("# " + new string('x', 17 * 1024 * 1024)));

    [Fact]
    public void A_cycle_is_shown_as_its_path() => Assert.Equal(
        ["supervisor.yaml:4:32: a cycle of dependencies: a -> b -> c -> a"],
        Problems("jobs:\n  a: {command: x, depends_on: [b]}\n  b: {command: x, depends_on: [c]}\n  c: {command: x, depends_on: {a: started}}\n"));
}
