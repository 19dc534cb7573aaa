using Supervisor.Configuration;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public class SocketPathTests
{
    private static readonly ConfigurationContext _context = new(new Dictionary<string, string> { ["PLACE"] = "/place", ["HOME"] = "/home/x" }, IsRoot: true, LogTarget.File);

    private static string? Read(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return ConfigurationReader.ReadSocket(file, _context);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("jobs: {a: {command: x}}\n", "/run/supervisor-daemon/control.sock")]
    [InlineData("version: 1\nsupervisor: {directory: /d}\njobs: {}\n", "/d/control.sock")]
    [InlineData("supervisor:\n# comment\n  directory: /d\n\n  control:\n    socket: ${PLACE}/s\njobs: {}\n", "/place/s")]
    [InlineData("{supervisor: {directory: /d}, jobs: {}}\n", "/d/control.sock")]
    [InlineData("\"supervisor\":\n  directory: /d\n", "/d/control.sock")]
    [InlineData("---\nsupervisor: {directory: /d}\n", "/d/control.sock")]
    [InlineData("x-places: &p /d\nsupervisor: {directory: *p}\n", "/d/control.sock")]
    [InlineData("supervisor: {directory: /d, forward_signals: {USR1: [web]}}\njobs: {web: {command: x}}\n", "/d/control.sock")]
    [InlineData("supervisor: {directory: /d}\njobs: {broken: {comand: x}}\n", "/d/control.sock")]
    public void The_socket_is_found_without_reading_the_jobs(string text, string expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData("supervisor: {directory: \"${NOWHERE}\"}\n")]
    [InlineData("supervisor: [\n")]
    [InlineData("supervisor: {directry: /d}\n")]
    public void A_part_with_a_problem_tells_nothing(string text) => Assert.Null(Read(text));

    [Fact]
    public void Only_the_part_is_cut_out() =>
        Assert.Equal("supervisor:\n  a: 1\n# c\n", TopLevelPart.Of("version: 1\nsupervisor:\n  a: 1\n# c\njobs:\n  b: 2\n", "supervisor"));
}
