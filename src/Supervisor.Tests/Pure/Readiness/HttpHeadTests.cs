using System.Text;
using Supervisor.Readiness;

namespace Supervisor.Tests.Pure.Readiness;

public class HttpHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200)]
    [InlineData("HTTP/1.0 404\n\n", 404)]
    [InlineData("HTTP/1.1 204 No Content\r\nA: b\r\n\r\nrest", 204)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n", 503)]
    public void A_status_is_read_however_the_answer_is_cut(string answer, int status)
    {
        var bytes = Encoding.Latin1.GetBytes(answer);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var head = new HttpHead();
            for (var at = 0; at < bytes.Length; at += piece)
            {
                Assert.Null(head.Problem);
                if (!head.IsOver)
                {
                    head.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
                }
            }

            Assert.Equal((status, null), (head.Status, head.Problem));
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP: 'SSH-2.0-OpenSSH_9.2..'")]
    [InlineData("\u001b[2J", "the answer is not HTTP: '.[2J'")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", "the answer is not HTTP: 'HTTP/1.1 20 OK'")]
    [InlineData("HTTP/1.1 -20 OK\r\n\r\n", "the answer is not HTTP: 'HTTP/1.1 -20 OK'")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", "the answer is not HTTP: 'HTTP/1.1 099 OK'")]
    public void What_is_no_answer_is_told_as_such(string answer, string problem)
    {
        var head = new HttpHead();
        head.Add(Encoding.Latin1.GetBytes(answer));
        Assert.Equal((null, problem), (head.Status, head.Problem));
    }

    [Fact]
    public void Endless_headers_and_endless_interim_answers_have_an_end()
    {
        foreach (var (first, more) in new[] { ("HTTP/1.1 200 OK\r\n", "X: y\r\n"), ("", "HTTP/1.1 102 Processing\r\n\r\n"), ("HTTP/1.1 200 ", "xxxxxxxxxxxxxxxx") })
        {
            var head = new HttpHead();
            head.Add(Encoding.Latin1.GetBytes(first));
            var fed = 0;
            while (!head.IsOver)
            {
                head.Add(Encoding.Latin1.GetBytes(more));
                Assert.True((fed += more.Length) < 2 * HttpHead.Longest);
            }

            Assert.Equal("the answer's head is longer than 32 KiB", head.Problem);
        }
    }

    [Fact]
    public void Noise_does_no_harm()
    {
        var random = new Random(7);
        for (var run = 0; run < 2000; run++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            "HTTP/"u8[..Math.Min(5, bytes.Length)].CopyTo(bytes);
            var head = new HttpHead();
            head.Add(bytes);
        }
    }
}
