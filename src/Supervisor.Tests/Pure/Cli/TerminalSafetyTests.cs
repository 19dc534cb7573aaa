using Supervisor.Cli;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Pure.Cli;

/// <summary>What jobs and files say cannot drive the terminal of who looks at them.</summary>
public class TerminalSafetyTests
{
    private const string Evil = "\e]0;owned\a\e[2J\u009b31m\r\u202e";

    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly JobMessage _job = CliTextTests.Job("failed") with { StatusText = Evil };

    private static void IsHarmless(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines);
        Assert.Contains("\\x1b]0;owned", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_table_of_status(bool wide) =>
        IsHarmless(StatusText.Lines(new(null!, [_job]), wide, colours: false, TimeZoneInfo.Utc));

    [Fact]
    public void The_headline_of_why() => IsHarmless([PlainText.Of(WhyText.Headline(_job, TimeZoneInfo.Utc, _noon))]);

    [Fact]
    public void The_story_of_why_and_the_last_lines() => IsHarmless(WhyText.Lines(
        new(_job, Evil, null, [], [new(1, _noon, 3, "failed", "warning", Evil)], [new("web", _noon, "stdout", Evil, null, 0)]), TimeZoneInfo.Utc, _noon));

    [Fact]
    public void The_answers_of_operations_and_the_lines_of_a_plan()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var root = CommandLine.Root(out _, out _);
        var context = new CommandContext(root.Parse("apply"), new(output, error, colours: false, quiet: false), new(_ => 0));

        AnswerText.Show(context, new("failed", Evil, [new("web", false, "failed", Evil, Evil, Evil)], [Evil]), default);

        IsHarmless(output.ToString().Split('\n'));
        IsHarmless(error.ToString().Split('\n'));
    }
}
