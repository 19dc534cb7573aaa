using Supervisor.Cli;
using Supervisor.Configuration;
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
        var path = Path.Combine(Built.Repository, "packaging/man/supervisor.8");
        if (_update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        // To write it anew: SUPERVISOR_UPDATE_FILES=1.
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void The_page_of_the_file_has_every_key_and_no_line_that_roff_would_take_for_a_command()
    {
        var page = ConfigurationManPage.Of("1.0");

        Assert.All(KeyTables.Sections().SelectMany(section => section.Keys), key => Assert.Contains($"\n\\fB{key.Name.Replace("-", "\\-")}\\fR (", page));
        Assert.All(
            page.Split('\n').Where(line => line.StartsWith('.') || line.StartsWith('\'')),
            line => Assert.Matches(@"^\.(\\""|TH|SH|TP|PP|nf|fi|I|BR)( |$)", line));
    }

    [Fact]
    public void Every_command_has_an_example_that_its_syntax_takes()
    {
        var root = CommandLine.Root(out _, out _);
        var commands = root.Subcommands.SelectMany(command => command.Subcommands.Count > 0 ? command.Subcommands : (IEnumerable<System.CommandLine.Command>)[command]).Where(command => !command.Hidden);

        Assert.All(commands, command =>
        {
            // Write one in Cli/CommandExamples.cs.
            Assert.NotEmpty(CommandExamples.Of(command));
            foreach (var example in CommandExamples.Of(command))
            {
                var words = example[example.IndexOf("supervisor ", StringComparison.Ordinal)..].Split([" | ", " > ", "; done"], StringSplitOptions.None)[0]["supervisor ".Length..];
                var line = root.Parse(words.Replace("'", "\""));
                Assert.True(line.Errors.Count == 0 && line.CommandResult.Command == command, $"{example}: {string.Join("; ", line.Errors)}");
            }

            // Also without the arguments that it demands, and with the examples in it.
            var output = new StringWriter();
            var help = root.Parse(CommandExamples.PathOf(command) + " --help");
            help.InvocationConfiguration.Output = output;
            Assert.Empty(help.Errors);
            Assert.Equal(0, help.Invoke());
            Assert.All(CommandExamples.Of(command), example => Assert.Contains("  " + example, output.ToString(), StringComparison.Ordinal));
        });
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
