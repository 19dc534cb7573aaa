using System.Text;
using Supervisor.Jobs;
using Supervisor.Readiness;

namespace Supervisor.Tests.Pure.Readiness;

public class NotifyMessageTests
{
    private static NotifyMessage Parse(string text) => NotifyMessage.Parse(Encoding.UTF8.GetBytes(text))!;

    [Fact]
    public void Every_field_is_read_and_unknown_ones_are_passed_over()
    {
        var message = Parse("READY=1\nX_FOO_BAR=baz\nSTATUS=fine\nRELOADING=1\nMONOTONIC_USEC=123\nSTOPPING=1\nERRNO=98\nEXIT_STATUS=3\nMAINPID=4711\n"
            + "WATCHDOG=1\nWATCHDOG_USEC=2000000\nEXTEND_TIMEOUT_USEC=1500000\nFDSTORE=1\nFDNAME=conn\nFDPOLL=0\nno equals sign\n=x\n");

        Assert.Equal(
            new Notification
            {
                Ready = true,
                Status = "fine",
                Reloading = true,
                MonotonicMicroseconds = 123,
                Stopping = true,
                Errno = 98,
                ExitStatus = "3",
                MainPid = 4711,
                WatchdogTime = TimeSpan.FromSeconds(2),
                Extend = TimeSpan.FromSeconds(1.5),
            },
            message.News);
        Assert.Equal((true, true, "conn", false, 0), (message.IsBeat, message.Stores, message.DescriptorName, message.Polls, message.Malformed));
    }

    [Theory]
    [InlineData("WATCHDOG=1", true)]
    [InlineData("WATCHDOG=1\n", true)]
    [InlineData("WATCHDOG=1\nSTATUS=x", false)]
    [InlineData("WATCHDOG=trigger", false)]
    public void A_heartbeat_alone_is_told_from_the_rest(string text, bool alone) => Assert.Equal(alone, NotifyMessage.IsOnlyBeat(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_heartbeat_costs_no_allocation()
    {
        var text = "WATCHDOG=1"u8.ToArray();
        _ = NotifyMessage.IsOnlyBeat(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(NotifyMessage.IsOnlyBeat(text));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("READY=0")]
    [InlineData("STOPPING=yes")]
    [InlineData("X=1")]
    [InlineData("")]
    [InlineData("\n\n\n")]
    public void What_says_nothing_is_no_news(string text) => Assert.Null(Parse(text).News);

    [Theory]
    [InlineData("WATCHDOG_USEC=x", 1)]
    [InlineData("WATCHDOG_USEC=-1", 1)]
    [InlineData("EXTEND_TIMEOUT_USEC=1e6", 1)]
    [InlineData("MAINPID=99999999999", 1)]
    [InlineData("MAINPID= 1\nERRNO=-5", 2)]
    public void A_number_that_is_none_is_counted(string text, int count) => Assert.Equal((null, count), (Parse(text).News, Parse(text).Malformed));

    [Fact]
    public void Times_beyond_any_life_are_for_ever() => Assert.Equal(TimeSpan.MaxValue, Parse($"WATCHDOG_USEC={ulong.MaxValue}").News?.WatchdogTime);

    [Fact]
    public void A_status_cannot_write_on_a_terminal_and_has_an_end()
    {
        Assert.Equal("a\uFFFD[31mb\uFFFDc\uFFFD", Parse("STATUS=a\u001b[31mb\u202ec\t").News?.Status);
        Assert.Equal(512, Parse($"STATUS={new string('x', 4000)}").News?.Status?.Length);
        Assert.Equal("\uFFFD", NotifyMessage.Parse([.. "STATUS="u8, 0xff])!.News?.Status);
    }

    [Theory]
    [InlineData("FDNAME=a:b", "stored")]
    [InlineData("FDNAME=", "stored")]
    [InlineData("FDNAME=a\tb", "stored")]
    [InlineData("FDNAME=my conn", "my conn")]
    public void A_name_that_is_none_is_not_taken(string text, string name) => Assert.Equal(name, Parse("FDSTORE=1\n" + text).DescriptorName);

    [Fact]
    public void A_barrier_stands_alone()
    {
        Assert.True(Parse("BARRIER=1").IsAlone);
        Assert.False(Parse("BARRIER=1\nREADY=1").IsAlone);
    }

    [Fact]
    public void A_message_with_a_NUL_is_none() => Assert.Null(NotifyMessage.Parse("READY=1\0"u8));

    [Fact]
    public void Noise_does_no_harm()
    {
        var random = new Random(11);
        string[] words = ["READY", "STATUS", "MAINPID", "WATCHDOG_USEC", "FDNAME", "BARRIER", "=", "\n", "1"];
        for (var run = 0; run < 5000; run++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            var text = Encoding.Latin1.GetBytes(words[random.Next(words.Length)] + words[random.Next(words.Length)] + "=");
            _ = NotifyMessage.Parse([.. text, .. bytes]);
        }
    }
}
