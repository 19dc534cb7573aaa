using Supervisor.Cli;
using Supervisor.Control;
using Supervisor.Tests.Real;

namespace Supervisor.Tests.Pure.Cli;

public class ManPageTests
{
    private static readonly bool _update = Environment.GetEnvironmentVariable("SUPERVISOR_UPDATE_FILES") == "1";

    [Fact]
    public void The_page_that_we_ship_is_what_the_syntax_says()
    {
        var expected = ManPage.Of(CommandLine.Root(out _, out _), SupervisorVersion.Text);
        var path = Path.Combine(Built.Repository, "packaging/man/supervisor.1");
        if (_update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        // To write it anew: SUPERVISOR_UPDATE_FILES=1.
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Every_command_and_option_is_described_and_in_the_manual()
    {
        var root = CommandLine.Root(out _, out _);
        var manual = File.ReadAllText(Path.Combine(Built.Repository, "docs/command-line.md"));

        Assert.All(root.Subcommands.Where(command => !command.Hidden), command =>
        {
            Assert.False(string.IsNullOrEmpty(command.Description), command.Name);
            Assert.All(command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description), $"{command.Name} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrEmpty(argument.Description), $"{command.Name} {argument.Name}"));
            Assert.True(manual.Contains($"`{command.Name}`") || manual.Contains($"`{command.Name} "), $"docs/command-line.md does not name {command.Name}");
        });
    }
}
