using Supervisor.Cli;
using Supervisor.Configuration.Keys;

namespace Supervisor.Tests.Pure.Cli;

/// <summary>Command lines that mean nothing, and what is said of them.</summary>
public class MisuseTests
{
    private static (int Code, string Out, string Error) Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = CommandLine.Run(args, new(_ => 42), (_, quiet) => new(output, error, colours: false, quiet));
        return (code, output.ToString(), error.ToString());
    }

    [Theory]
    [InlineData("there is no command 'statsu'; did you mean 'status'?", "statsu")]
    [InlineData("there is no command 'statsu'; did you mean 'status'?", "-o", "json", "statsu", "web")]
    [InlineData("there is no command 'tail'; here that is `logs`", "tail", "-f", "web")]
    [InlineData("there is no command 'reread'; here that is `apply --dry-run`: it shows what would change", "reread")]
    [InlineData("there is no command 'update'; here that is `apply`", "update")]
    [InlineData("there is no command 'clear'; here that is `logs --rotate`", "clear", "web")]
    [InlineData("there is no command 'add'; there is nothing like it here: write it into the configuration", "add")]
    [InlineData("there is no command 'board shwo'; did you mean 'show'?", "board", "shwo")]
    [InlineData("there is no command 'xyzzy'", "xyzzy")]
    [InlineData("there is no option '--outptu' here; did you mean '--output'?", "--outptu", "json", "status")]
    [InlineData("there is no option '--foo' here", "--foo")]
    [InlineData("there is no option '--fro' here; did you mean '--for'?", "wait", "web", "--fro")]
    [InlineData("`version`: 'foo' is one word too many\n", "version", "foo")]
    [InlineData("`run`: 'a.yaml' is one word too many; -c 'a.yaml' names the configuration", "run", "a.yaml")]
    [InlineData("`signal`: JOB is missing (jobs: web, web@2, 'web@*')", "signal", "HUP")]
    [InlineData("`region get`: WORD is missing", "region", "get", "x")]
    [InlineData("say which: `region get`, `region set`, `region add`", "region")]
    [InlineData("--for: ready, running, stopped or exited, not 'redy'; did you mean 'ready'?", "wait", "web", "--for", "redy")]
    [InlineData("SHELL: bash, zsh or fish, not 'bsh'; did you mean 'bash'?", "completion", "bsh")]
    [InlineData("--stream: stdout or stderr, not 'both'", "logs", "--stream", "both")]
    [InlineData("--from: supervisord, compose, procfile or systemd, not 'pm2'", "import", "x", "--from", "pm2")]
    [InlineData("WORD: a whole number, not 'y'", "region", "get", "x", "y")]
    [InlineData("--lines: a whole number, not 'x'", "events", "-n", "x")]
    [InlineData("scale: a job and a number, such as web=6, not 'web'", "scale", "web")]
    [InlineData("--output: table, wide or json, not 'xml'", "status", "-o", "xml")]
    public void A_word_that_is_no_command_is_told_with_the_one_that_is_meant(string message, params string[] args)
    {
        var (code, output, error) = Run(args);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.Equal(2, error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("exit")]
    public void What_leaves_the_prompt_of_others_is_not_told_to_be_the_end_of_everything(string word) =>
        Assert.DoesNotContain("shutdown", Run(word).Error.Split('\n')[0], StringComparison.Ordinal);

    [Fact]
    public void No_command_of_ours_is_among_those_of_others_and_what_a_hint_names_exists()
    {
        var ours = CommandLine.Root(out _, out _).Subcommands.Select(command => command.Name).ToHashSet();

        foreach (var row in PeerCommands.All)
        {
            Assert.DoesNotContain(row.Words.Split(' '), ours.Contains);
            Assert.Contains(row.Hint.Split('`')[1].Split(' ')[0], ours);
        }

        Assert.Equal(
            PeerCommands.All.SelectMany(row => row.Words.Split(' ')).Select(PeerWord.Bare).Distinct().Count(),
            PeerCommands.All.Sum(row => row.Words.Split(' ').Length));
    }

    [Fact]
    public void The_file_of_check_is_named_once()
    {
        var (code, _, error) = Run("check", "a.yaml", "-c", "b.yaml");

        Assert.Equal(ExitCodes.Usage, code);
        Assert.StartsWith("one file at a time: 'a.yaml' or -c 'b.yaml'\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_takes_its_file_with_or_without_an_option()
    {
        Assert.Equal(Run("check", "-c", "/nonexistent.yaml"), Run("check", "/nonexistent.yaml"));
        Assert.Equal("/nonexistent.yaml:1:1: cannot read '/nonexistent.yaml': no such file\n/nonexistent.yaml: 1 problem\n", Run("check", "/nonexistent.yaml").Out);
    }

    [Fact]
    public void What_a_help_text_asks_for_has_a_name_in_capitals_and_one_default()
    {
        foreach (var command in CommandLine.Root(out _, out _).Subcommands.SelectMany(command => command.Subcommands.Prepend(command)))
        {
            Assert.All(command.Options.Where(option => option.ValueType != typeof(bool) && !option.Hidden), option => Assert.NotNull(option.HelpName));
            Assert.All(command.Options, option => Assert.False(option.HasDefaultValue && option.ValueType != typeof(bool) && option.Description!.Contains("default", StringComparison.Ordinal), option.Description));
            Assert.All(command.Arguments, argument => Assert.Equal(argument.Name.ToUpperInvariant(), argument.Name));
        }
    }
}
