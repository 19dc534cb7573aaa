using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class LineEndsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(255 * 64)]
    [InlineData((255 * 64) + 1)]
    [InlineData(262_144)]
    public void All_are_counted_wherever_they_stand(int length)
    {
        var text = new byte[length];
        Array.Fill(text, (byte)'\n');
        Assert.Equal(length, LineEnds.Count(text));

        var random = new Random(length);
        random.NextBytes(text);
        for (var start = 0; start < Math.Min(length, 70); start++)
        {
            Assert.Equal(text[start..].Count(b => b == '\n'), LineEnds.Count(text.AsSpan(start)));
        }
    }
}
