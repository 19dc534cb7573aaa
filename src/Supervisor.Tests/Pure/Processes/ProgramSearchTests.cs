using System.Text;
using Supervisor.Linux;
using Supervisor.Processes;

namespace Supervisor.Tests.Pure.Processes;

public class ProgramSearchTests
{
    [Theory]
    [InlineData("/bin/x", "/a:/b", "/bin/x")]
    [InlineData("./x", "/a:/b", "/work/x")]
    [InlineData(".//././x", "/a", "/work/x")]
    [InlineData("bin/x", "/a", "/work/bin/x")]
    [InlineData("x", "/a:/b/", "/a/x|/b/x")]
    [InlineData("x", "/a:/a", "/a/x")]
    [InlineData("x", "", "/work/x")]
    [InlineData("x", "/a:.", "/a/x|/work/x")]
    public void Candidates_are_those_of_execvp(string name, string path, string candidates) =>
        Assert.Equal(candidates, string.Join('|', ProgramSearch.Candidates(name, path, "/work")));

    [Theory]
    [InlineData("#!/bin/sh\necho", "/bin/sh")]
    [InlineData("#! /usr/bin/env  python3\n", "/usr/bin/env")]
    [InlineData("#!/bin/sh", "/bin/sh")]
    public void The_interpreter_of_a_script(string head, string interpreter) =>
        Assert.Equal(interpreter, ProgramCheck.ShebangInterpreter("p", Encoding.UTF8.GetBytes(head)));

    [Theory]
    [InlineData("#!\n", "p: its #! line names no interpreter")]
    [InlineData("#!/bin/sh\r\n", "p: its first line ends in a carriage return (a Windows line end), so its interpreter cannot be found")]
    public void A_first_line_that_cannot_work(string head, string explanation) =>
        Assert.EndsWith(explanation, Assert.Throws<SpawnFailedException>(() => ProgramCheck.ShebangInterpreter("p", Encoding.UTF8.GetBytes(head))).Failure.ToString());

    [Theory]
    [InlineData("12 (a) S 1 2 3 4 5 64 7 8 9 10 11 12 13 14 15 16 17 18 4711 19", 'S', 1, 2, 3, 64u)]
    [InlineData("12 (a) b (c)) Z 1 2 3 4 5 64 7 8 9 10 11 12 13 14 15 16 17 18 4711 19", 'Z', 1, 2, 3, 64u)]
    public void A_stat_line_counts_from_the_last_parenthesis(string text, char state, int parent, int group, int session, uint flags) =>
        Assert.Equal(new ProcStat(state, parent, group, session, flags, 4711), ProcStat.Parse(text));
}
