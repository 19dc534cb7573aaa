using System.Runtime.InteropServices;
using Supervisor.Processes;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Processes;

public class ChildEnvironmentTests
{
    private static EnvironmentVariable[] Set(params string[] variables) => [.. variables.Select(v => v.Split('=')).Select(v => new EnvironmentVariable(v[0], v[1]))];

    [Fact]
    public void Later_layers_win_and_each_name_is_there_once() =>
        Assert.Equal(["PATH=/p", "A=supervisor", "B=configured", "C=file", "D=inherited"],
            Computed(Set("PATH=/p", "A=inherited", "B=inherited", "C=inherited", "D=inherited"), null,
                Set("A=file", "B=file", "C=file"), Set("A=configured", "B=configured"), Set("A=supervisor")));

    [Fact]
    public void What_our_own_manager_told_us_is_not_passed_on_but_may_be_configured() =>
        Assert.Equal(["PATH=/p", "NOTIFY_SOCKET=mine"],
            Computed(
                Set("PATH=/p", "NOTIFY_SOCKET=x", "WATCHDOG_USEC=1", "LISTEN_FDS=1", "INVOCATION_ID=1", "JOURNAL_STREAM=1", "STATE_DIRECTORY=/x", "SUPERVISOR_JOB=outer"),
                null, [], Set("NOTIFY_SOCKET=mine"), []));

    [Fact]
    public void A_user_brings_its_own_variables_and_configuration_wins_over_them() =>
        Assert.Equal(["HOME=/data", "USER=web", "LOGNAME=web", "SHELL=/bin/sh", $"PATH={ChildEnvironment.DefaultPath}"],
            Computed(Set("HOME=/root", "USER=root"), new Account(7, 7, "web", "/home/web", null), [], Set("HOME=/data"), []).OrderBy(Rank));

    private static int Rank(string variable) => Array.FindIndex(["HOME=", "USER=", "LOGNAME=", "SHELL=", "PATH="], variable.StartsWith);

    [Fact]
    public void A_user_without_an_entry_changes_nothing() =>
        Assert.Equal(["PATH=/p", "HOME=/root"], Computed(Set("PATH=/p", "HOME=/root"), new Account(4242, null, null, null, null), [], [], []));

    [Fact]
    public void A_name_is_not_taken_for_one_that_it_begins()
    {
        var environment = ChildEnvironment.Compute(new(Set("PATHX=a")), null, [], Set("PATHXY=c", "PATH=b"), []);

        Assert.Equal("b", environment.ValueOf("PATH"));
        Assert.Equal("a", environment.ValueOf("PATHX"));
        Assert.Null(environment.ValueOf("PATHXYZ"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public void However_many_there_are_the_last_value_of_a_name_counts_and_its_first_place(int count)
    {
        var names = Enumerable.Range(0, count).Select(index => $"N{index}").ToList();

        Assert.Equal(
            ["PATH=/p", .. names.Select(name => $"{name}=supervisor")],
            Computed(Set("PATH=/p", "N0=inherited"), null, [], Set([.. names.Select(name => $"{name}=configured")]), Set([.. names.AsEnumerable().Reverse().Select(name => $"{name}=supervisor")])));
    }

    [Fact]
    public unsafe void What_the_program_gets_is_just_that()
    {
        var environment = ChildEnvironment.Compute(new(Set("PATH=/p", "A=inherited", "B=inherited")), null, [], Set("B=\u00fcber", "C="), Set("D=0000000000"));
        using var arena = new Arena();
        var values = new List<(string Name, nint Value)>();

        var vector = environment.Vector(arena, (variable, value) => values.Add((variable.Name, (nint)value)));

        var got = new List<string>();
        for (; *vector != null; vector++)
        {
            got.Add(Marshal.PtrToStringUTF8((nint)(*vector))!);
        }

        Assert.Equal(environment.Texts, got);
        Assert.Equal(["PATH=/p", "A=inherited", "B=\u00fcber", "C=", "D=0000000000"], got);
        Assert.Equal(["C=", "D=0000000000"], values.Select(one => $"{one.Name}={Marshal.PtrToStringUTF8(one.Value)}"));
    }

    private static List<string> Computed(
        EnvironmentVariable[] inherited, Account? account, EnvironmentVariable[] files, EnvironmentVariable[] configured, EnvironmentVariable[] supervisor) =>
        ChildEnvironment.Compute(new(inherited), account, files, configured, supervisor).Texts;
}
