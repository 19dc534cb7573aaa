using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Jobs;

public class VocabularyTests
{
    [Theory]
    [InlineData(-1, "0 ms"), InlineData(0, "0 ms"), InlineData(85, "85 ms"), InlineData(100, "0.1 s"), InlineData(3_210, "3.2 s"), InlineData(9_960, "10 s")]
    [InlineData(42_000, "42 s"), InlineData(89_000, "89 s"), InlineData(90_000, "1m 30s"), InlineData(300_000, "5m"), InlineData(3_599_999, "59m 59s")]
    [InlineData(7_500_000, "2h 05m"), InlineData(273_600_000, "3d 4h")]
    public void Durations_read_well(long milliseconds, string words) => Assert.Equal(words, InWords.Of(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Every_status_is_decoded_as_the_macros_of_wait_do()
    {
        for (var status = 0; status <= 0xffff; status++)
        {
            // sys/wait.h, written another way: WIFEXITED, WIFSIGNALED by the signed-char trick; stopped and continued are never asked for.
            var exited = status % 128 == 0;
            var signaled = (sbyte)((status & 0x7f) + 1) >> 1 > 0;
            if (!exited && !signaled)
            {
                continue;
            }

            var expected = exited ? new ExitStatus(status / 256, null, false) : new ExitStatus(null, new(status % 128), status / 128 % 2 == 1);
            Assert.Equal(expected, ExitStatus.Decode(status));
        }
    }

    [Fact]
    public void Every_signal_that_has_a_name_is_read_back_from_it()
    {
        foreach (var number in Enumerable.Range(1, 64).Except([32, 33]))
        {
            foreach (var text in new[] { new Signal(number).Name, new Signal(number).Name.ToLowerInvariant(), new Signal(number).Name["SIG".Length..], $"{number}" })
            {
                Assert.True(Signal.TryParse(text, out var signal), text);
                Assert.Equal(number, signal.Number);
            }
        }
    }

    [Theory]
    [InlineData(""), InlineData("0"), InlineData("65"), InlineData("-1"), InlineData("SIG0"), InlineData("SIGNONE"), InlineData("SIGRTMIN-1"), InlineData("RTMAX+1")]
    [InlineData("SIGRTMIN+31"), InlineData("SIGRTMIN+2147483647"), InlineData("99999999999"), InlineData("SIG")]
    public void What_is_no_signal_is_refused(string text) => Assert.False(Signal.TryParse(text, out _));

    [Fact]
    public void Every_phase_has_a_public_state_and_every_state_a_word_of_its_own()
    {
        Assert.All(Enum.GetValues<Phase>(), phase => Assert.True(Enum.IsDefined(PublicStates.Of(phase))));
        Assert.Distinct(Enum.GetValues<PublicState>().Select(state => state.Word()));
        Assert.Distinct(Enum.GetValues<ExitCause>().Select(cause => cause.Word()));
    }

    [Theory]
    [InlineData("web", true), InlineData("web@2", true), InlineData("web@*", true), InlineData("w*", true), InlineData("*", true), InlineData("we?", true)]
    [InlineData("we", false), InlineData("web@", false), InlineData("web@3", false), InlineData("WEB", false), InlineData("", false), InlineData("w?", false)]
    public void A_word_selects_a_job_an_instance_or_a_pattern(string word, bool matches) =>
        Assert.Equal(matches, JobSelection.Matches(word, new("web", 2, IsNumbered: true)));

    [Fact]
    public void Ends_are_told_in_the_variables_of_systemd()
    {
        Assert.Empty(ServiceResult.Variables(null));
        Assert.Equal("success exited 0 42", Result(RestartDecisionTests.Exit(ExitStatus.Exited(0))));
        Assert.Equal("success killed TERM 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Term))));
        Assert.Equal("exit-code exited 7 42", Result(RestartDecisionTests.Exit(ExitStatus.Exited(7))));
        Assert.Equal("signal killed KILL 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Kill))));
        Assert.Equal("signal killed KILL 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Kill), ExitCause.Killed)));
        Assert.Equal("core-dump dumped SEGV 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(new(11), coreDumped: true), ExitCause.Core)));
        Assert.Equal("timeout killed KILL 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Kill), ExitCause.StopTimeout)));
        Assert.Equal("timeout killed TERM 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Term), ExitCause.StartTimeout)));
        Assert.Equal("watchdog killed ABRT 42", Result(RestartDecisionTests.Exit(ExitStatus.Signaled(Signal.Abrt), ExitCause.Watchdog)));
        Assert.Equal("resources", Result(RestartDecisionTests.Exit(null, ExitCause.SpawnFailed)));
        Assert.Equal("supervisor-lost", Result(RestartDecisionTests.Exit(null, ExitCause.Lost)));
    }

    private static string Result(ExitRecord exit) => string.Join(' ', ServiceResult.Variables(exit).Select(variable => variable.Value));
}
