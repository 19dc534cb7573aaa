using Supervisor.Cli;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Pure.Cli;

public class CliTextTests
{
    internal static JobMessage Job(string state, string goal = "up") => new()
    {
        Job = "web",
        Instance = 0,
        Name = "web",
        Kind = "service",
        State = state,
        Goal = goal,
        Pid = null,
        Attempt = 1,
        Restarts = 0,
        Since = DateTimeOffset.UnixEpoch,
        UptimeSeconds = null,
        Ready = false,
        StatusText = null,
        Health = null,
        ResourceWarning = null,
        Notifications = null,
        Next = null,
        LastExit = null,
        Scaled = null,
        Log = new(0, 0, 0, 0, 0, null),
    };

    [Theory]
    [InlineData("ready", "up", 0)]
    [InlineData("running", "up", 0)]
    [InlineData("completed", "up", 0)]
    [InlineData("stopped", "down", 0)]
    [InlineData("stopping", "down", 0)]
    [InlineData("backoff", "up", 3)]
    [InlineData("waiting", "up", 3)]
    [InlineData("failed", "down", 3)]
    public void Status_ends_with_3_only_when_a_job_is_not_as_wanted(string state, string goal, int expected) =>
        Assert.Equal(expected, StatusText.ExitCode([Job(state, goal)]));

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5400)]
    [InlineData("7", 7)]
    public void Durations_are_read_as_in_the_configuration(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var time));
        Assert.Equal(seconds, time.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("-5s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("plain\ttext äöü", "plain\ttext äöü")]
    [InlineData("\e]0;owned\a", @"\x1b]0;owned\x07")]
    [InlineData("\u009b2J", @"\x9b2J")]
    public void Escape_sequences_become_visible(string text, string expected) => Assert.Equal(expected, PlainText.Of(text));

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(84L << 20, "84 MiB")]
    [InlineData(3L << 29, "1.5 GiB")]
    public void Sizes_in_words(long bytes, string expected) => Assert.Equal(expected, SizeText.Of(bytes));

    [Fact]
    public void Colours_do_not_disturb_the_columns()
    {
        var table = new Table("JOB", "STATE", "PID");
        table.Add("32", "web", "ready", "1");

        Assert.Equal(["JOB  STATE  PID", "web  \e[32mready  \e[0m1"], table.Lines(colours: true));
    }
}
