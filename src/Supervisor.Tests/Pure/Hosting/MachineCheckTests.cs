using Supervisor.Cli;
using Supervisor.Hosting;
using Supervisor.Linux;
using Supervisor.Specs;
using Supervisor.Tests.Pure.Configuration;

namespace Supervisor.Tests.Pure.Hosting;

/// <summary>What <c>check</c> says of a machine, with a machine that has only what a test gives it.</summary>
public sealed class MachineCheckTests : ConfigurationTest
{
    private readonly HashSet<string> _programs = ["web", "sh"];
    private SpawnFailure? _always;

    private string[] Findings(string text)
    {
        var check = new MachineCheck(Start, name => name == "adm" ? null : $"no group {name}", daemon => daemon.Http?.TokenFile is "/token" ? null : ("no token", true));
        return [.. check.Findings(Valid(text)).Select(Told)];
    }

    private SpawnFailure? Start(ProcessSpec process) => _always ?? (_programs.Contains(process.Command[0]) ? null
        : process.Command[0].Contains('/') ? new(ExecStep.CheckProgram, Errno.ENOENT, "ENOENT", process.Command[0])
        : new(ExecStep.FindProgram, 0, "", $"{process.Command[0]} is not in PATH"));

    private static string Told(MachineFinding finding) => $"{finding.Position.Line}:{finding.Position.Column}: {(finding.IsWarning ? "warning: " : "")}{finding.Message}";

    [Theory]
    [InlineData("before_start: [{run: sh}, {run: x}]", "2:39: job 'a': step 2 of 'before_start' cannot be run on this machine: finding the program: x is not in PATH")]
    [InlineData("on_failure: [{run: x}]", "2:26: job 'a': step 1 of 'on_failure' cannot be run")]
    [InlineData("cleanup: [{run: sh}, {run: x, on: failure}]", "2:34: job 'a': hook 2 of 'cleanup' cannot be run")]
    [InlineData("stop: [{signal: INT}, {run: x}, {signal: KILL}]", "2:35: job 'a': step 2 of 'stop' cannot be run")]
    [InlineData("stop: {steps: [{run: x}]}", "2:28: job 'a': step 1 of 'stop' cannot be run")]
    [InlineData("reload: {run: x}", "2:21: job 'a': 'reload.run' cannot be run")]
    [InlineData("ready: {exec: x}", "2:21: job 'a': 'ready.exec' cannot be run")]
    [InlineData("health: {exec: x}", "2:22: job 'a': 'health.exec' cannot be run")]
    public void Every_command_of_a_job_is_looked_at(string line, string finding) =>
        Assert.StartsWith(finding, Assert.Single(Findings($"jobs: {{a: {{command: web,\n      {line}}}}}")), StringComparison.Ordinal);

    [Fact]
    public void A_relative_program_is_told_with_where_it_is_looked_for()
    {
        Assert.EndsWith("ENOENT (./x); it is looked for in 'directory', which is / when it is not written (`directory: .` is where the file is)",
            Assert.Single(Findings("jobs: {a: {command: ./x}}")), StringComparison.Ordinal);
        Assert.EndsWith("ENOENT (./x)", Assert.Single(Findings("jobs: {a: {command: ./x, directory: .}}")), StringComparison.Ordinal);
    }

    [Fact]
    public void So_are_those_of_the_supervisor() => Assert.Equal(
        ["1:31: no group x", "1:54: warning: no token", "1:75: hook 1 of 'cleanup' in 'supervisor' cannot be run on this machine: finding the program: x is not in PATH"],
        Findings("supervisor: {control: {group: x}, http: {token_file: /n}, cleanup: [{run: x}]}\njobs: {}"));

    [Fact]
    public void Nothing_is_told_of_what_is_there() =>
        Assert.Empty(Findings("supervisor: {control: {group: adm}, http: {token_file: /token}, cleanup: [{run: sh}]}\njobs: {a: {command: web, cleanup: [{run: sh}]}}"));

    [Theory]
    [InlineData("before_start: [{run: sh}], command: /srv/x", "warning: job 'a': checking the program: ENOENT (/srv/x); a step of 'before_start' may make it before it is needed")]
    [InlineData("command: /srv/x, depends_on: {build: succeeded}", "warning: job 'a': checking the program: ENOENT (/srv/x); job 'build' may make it before it is needed")]
    [InlineData("command: web, before_start: [{run: sh}, {run: /srv/x}]", "warning: job 'a': step 2 of 'before_start': checking the program")]
    [InlineData("command: web, before_start: [{run: /srv/x}]", "job 'a': step 1 of 'before_start' cannot be run on this machine")]
    [InlineData("command: /srv/x, depends_on: {build: started}", "job 'a' cannot be started on this machine")]
    [InlineData("command: /usr/sbin/ngnix, before_start: [{run: sh}]", "job 'a' cannot be started on this machine")]
    [InlineData("command: ngnix, before_start: [{run: sh}]", "job 'a' cannot be started on this machine")]
    public void A_program_that_something_may_make_before_is_a_warning(string keys, string finding) =>
        Assert.Contains(": " + finding, Assert.Single(Findings($"jobs: {{build: {{command: web, kind: oneshot}}, a: {{{keys}}}}}")), StringComparison.Ordinal);

    [Fact]
    public void What_fails_for_all_commands_of_a_job_is_told_once()
    {
        _always = new(ExecStep.LookUpUser, 0, "", "there is no user x");

        Assert.Equal(["1:32: job 'a' cannot be started on this machine: looking up the user: there is no user x"],
            Findings("jobs: {a: {command: web, user: x, instances: 3, cleanup: [{run: sh}]}}"));
    }
}
