using System.Text;
using CsCheck;
using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class TimestampFormatTests
{
    [Fact]
    public void A_stamp_is_RFC_3339_in_UTC_with_milliseconds() =>
        Assert.Equal("2026-11-24T23:10:13.007Z ", Encoding.ASCII.GetString(new TimestampFormat().Of(1795561813007)));

    [Fact]
    public void A_stamp_is_read_back() => Gen.Long[0, 4102444800000].Sample(at =>
        TimestampFormat.TryParse(new TimestampFormat().Of(at), out var read) && read.ToUnixTimeMilliseconds() == at);

    [Fact]
    public void Each_line_gets_one_stamp_however_it_arrives()
    {
        var lines = new StampedLines(new());
        var text = new StringBuilder();
        foreach (var part in new[] { "a", "b\nc", "\n\nd\n" })
        {
            text.Append(Encoding.ASCII.GetString(lines.Next(Encoding.ASCII.GetBytes(part), 0, out _)));
        }

        const string Stamp = "1970-01-01T00:00:00.000Z ";
        Assert.Equal($"{Stamp}ab\n{Stamp}c\n{Stamp}\n{Stamp}d\n", text.ToString());
    }
}
