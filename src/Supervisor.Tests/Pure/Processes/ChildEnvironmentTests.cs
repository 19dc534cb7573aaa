using Supervisor.Processes;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Processes;

public class ChildEnvironmentTests
{
    private static EnvironmentVariable[] Set(params string[] variables) => [.. variables.Select(v => v.Split('=')).Select(v => new EnvironmentVariable(v[0], v[1]))];

    [Fact]
    public void Later_layers_win_and_each_name_is_there_once() =>
        Assert.Equal(["PATH=/p", "A=supervisor", "B=configured", "C=file", "D=inherited"],
            ChildEnvironment.Compute(Set("PATH=/p", "A=inherited", "B=inherited", "C=inherited", "D=inherited"), null,
                Set("A=file", "B=file", "C=file"), Set("A=configured", "B=configured"), Set("A=supervisor")));

    [Fact]
    public void What_our_own_manager_told_us_is_not_passed_on_but_may_be_configured() =>
        Assert.Equal(["PATH=/p", "NOTIFY_SOCKET=mine"],
            ChildEnvironment.Compute(
                Set("PATH=/p", "NOTIFY_SOCKET=x", "WATCHDOG_USEC=1", "LISTEN_FDS=1", "INVOCATION_ID=1", "JOURNAL_STREAM=1", "STATE_DIRECTORY=/x", "SUPERVISOR_JOB=outer"),
                null, [], Set("NOTIFY_SOCKET=mine"), []));

    [Fact]
    public void A_user_brings_its_own_variables_and_configuration_wins_over_them() =>
        Assert.Equal(["HOME=/data", "USER=web", "LOGNAME=web", "SHELL=/bin/sh", $"PATH={ChildEnvironment.DefaultPath}"],
            ChildEnvironment.Compute(Set("HOME=/root", "USER=root"), new Account(7, 7, "web", "/home/web", null), [], Set("HOME=/data"), []).OrderBy(Rank));

    private static int Rank(string variable) => Array.FindIndex(["HOME=", "USER=", "LOGNAME=", "SHELL=", "PATH="], variable.StartsWith);

    [Fact]
    public void A_user_without_an_entry_changes_nothing() =>
        Assert.Equal(["PATH=/p", "HOME=/root"], ChildEnvironment.Compute(Set("PATH=/p", "HOME=/root"), new Account(4242, null, null, null, null), [], [], []));

    [Fact]
    public void A_name_is_not_taken_for_one_that_it_begins() => Assert.Equal("b", ChildEnvironment.ValueOf(["PATHX=a", "PATH=b"], "PATH"));
}
