using Serilog;
using Serilog.Core;
using Serilog.Events;
using Supervisor.Hosting;
using Xunit;

namespace Supervisor.Tests.Pure.Hosting;

public class LogLineFormatTests
{
    private sealed class Capture : ILogEventSink
    {
        public LogEvent? Event { get; private set; }

        public void Emit(LogEvent logEvent) => Event = logEvent;
    }

    private static string Format(LogOutputKind kind, Action<ILogger> log, string? job = "web")
    {
        var capture = new Capture();
        using var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(capture).CreateLogger();
        log(job is null ? logger : logger.ForContext("Job", job));
        return LogLineFormat.Of(capture.Event!, kind);
    }

    [Fact]
    public void The_journal_gets_priorities_and_no_time() =>
        Assert.Equal("<4>web: attempt 4 in 3.2 s\n", Format(LogOutputKind.Journal, log => log.Warning("{Text:l}", "attempt 4 in 3.2 s")));

    [Theory]
    [InlineData(LogEventLevel.Fatal, 2)]
    [InlineData(LogEventLevel.Error, 3)]
    [InlineData(LogEventLevel.Warning, 4)]
    [InlineData(LogEventLevel.Information, 6)]
    [InlineData(LogEventLevel.Debug, 7)]
    [InlineData(LogEventLevel.Verbose, 7)]
    public void Levels_have_the_priorities_of_syslog(LogEventLevel level, int priority) => Assert.Equal(priority, LogLineFormat.Priority(level));

    [Fact]
    public void Every_line_of_a_long_message_has_its_priority() =>
        Assert.Equal("<3>one\n<3>two\n", Format(LogOutputKind.Journal, log => log.Error("{Text:l}", "one\ntwo"), job: null));

    [Fact]
    public void A_person_gets_the_time_of_day_and_columns() =>
        Assert.Matches(@"^\d\d:\d\d:\d\d web        ready\n$", Format(LogOutputKind.Terminal, log => log.Information("{Text:l}", "ready")));

    [Fact]
    public void Trouble_is_coloured_on_a_terminal_that_has_colours() =>
        Assert.Contains("\e[31mgiven up\e[0m", Format(LogOutputKind.ColourTerminal, log => log.Error("{Text:l}", "given up")));

    [Fact]
    public void A_file_gets_full_time_stamps_and_level_words() =>
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning supervisor: two\n$",
            Format(LogOutputKind.Plain, log => log.Warning("{Text:l}", "two"), job: null));
}
