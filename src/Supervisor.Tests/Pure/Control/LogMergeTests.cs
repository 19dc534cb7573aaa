using Supervisor.Control;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Control;

public class LogMergeTests
{
    [Fact]
    public async Task Past_lines_of_several_jobs_are_in_the_order_of_their_times_and_those_without_stay_behind_the_one_before_them()
    {
        var a = Feed([(1, "a1"), (4, "a4"), (null, "a-unknown"), (6, "a6")], [(9, "a9")]);
        var b = Feed([(null, "b-unknown"), (2, "b2"), (5, "b5"), (6, "b6")], []);

        var lines = new List<string>();
        await foreach (var (name, line) in LogMerge.Read([(new("a"), a), (new("b"), b)], TestContext.Current.CancellationToken))
        {
            lines.Add($"{name} {System.Text.Encoding.UTF8.GetString(line.Text.Span)}");
        }

        Assert.Equal(["b b-unknown", "a a1", "b b2", "a a4", "a a-unknown", "b b5", "a a6", "b b6", "a a9"], lines);
    }

    private static LogFeed Feed((int? Second, string Text)[] past, (int? Second, string Text)[] coming) =>
        new(past.Select(Line), _ => coming.Select(Line).ToAsyncEnumerable());

    private static LogLine Line((int? Second, string Text) line) => new(
        line.Second is { } second ? DateTimeOffset.UnixEpoch.AddSeconds(second) : null, LogStream.Stdout, System.Text.Encoding.UTF8.GetBytes(line.Text));
}
