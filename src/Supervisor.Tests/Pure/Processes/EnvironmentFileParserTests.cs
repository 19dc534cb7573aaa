using Supervisor.Processes;

namespace Supervisor.Tests.Pure.Processes;

public class EnvironmentFileParserTests
{
    [Theory]
    [InlineData("A=1", "A=1")]
    [InlineData("A=1\nB=2\n", "A=1|B=2")]
    [InlineData("A=1\r\nB=2\r\n", "A=1|B=2")]
    [InlineData("# no\n; no\n\n  A=1", "A=1")]
    [InlineData("A=", "A=")]
    [InlineData("A=\nB=2", "A=|B=2")]
    [InlineData("A=a b  ", "A=a b")]
    [InlineData("A=a#b", "A=a#b")]
    [InlineData("A='a # b  '", "A=a # b  ")]
    [InlineData("A=\"a\\\"b\"", "A=a\"b")]
    [InlineData("A=\"a\\nb\"", "A=a\\nb")]
    [InlineData("A='a\\nb'", "A=a\\nb")]
    [InlineData("A=a\\\nb", "A=ab")]
    [InlineData("A=\"a\nb\"", "A=a\nb")]
    [InlineData("A=x=y", "A=x=y")]
    [InlineData("A=$HOME", "A=$HOME")]
    [InlineData("A=1\nA=2", "A=1|A=2")]
    [InlineData("", "")]
    public void Values_are_read_as_systemd_reads_them(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', EnvironmentFileParser.Parse("f", text).Select(v => $"{v.Name}={v.Value}")));

    [Theory]
    [InlineData("A", "f:1: `A` is not NAME=value")]
    [InlineData("A=1\n\nB\n", "f:3: `B` is not NAME=value")]
    [InlineData("export A=1", "f:1: `export` is the shell's: write `A=...`")]
    [InlineData("1A=x", "f:1: `1A` is not a variable name (letters, digits, _; not a digit first)")]
    [InlineData("A=1\nB=\"x\ny", "f:2: the quote \" is not closed")]
    [InlineData("A=\0", "f:1: a value cannot hold a NUL byte")]
    public void What_is_no_assignment_is_told_with_its_line(string text, string explanation) =>
        Assert.EndsWith(explanation, Assert.Throws<SpawnFailedException>(() => EnvironmentFileParser.Parse("f", text)).Failure.ToString());
}
