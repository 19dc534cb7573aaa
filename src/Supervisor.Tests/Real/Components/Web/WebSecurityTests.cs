using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Supervisor.Engine;

namespace Supervisor.Tests.Real.Components.Web;

public class WebSecurityTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer 0123456789abcdefghijklmno")]
    [InlineData("Bearer 0123456789abcdefghijklmnop0")]
    [InlineData("Bearer 0123456789abcdefghijklmnoq")]
    [InlineData("Bearer 0123456789ABCDEFGHIJKLMNOP")]
    [InlineData("Basic 0123456789abcdefghijklmnop")]
    [InlineData("0123456789abcdefghijklmnop")]
    public async Task Without_the_right_token_nothing_of_the_API_is_there(string? authorization)
    {
        await using var web = await RunningWeb.StartAsync();

        foreach (var path in (string[])["/v1/status", "/v1/usage", "/v1/jobs/web", "/v1/logs", "/metrics", "/livez", "/nothing"])
        {
            var (answer, body) = await web.AskAsync(path, authorization: authorization);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer realm=\"supervisor\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.DoesNotContain(RunningWeb.Token, body, StringComparison.Ordinal);
        }

        var (stop, _) = await web.AskAsync("/v1/stop", HttpMethod.Post, """{"jobs":["web"]}""", authorization);
        Assert.Equal(HttpStatusCode.Unauthorized, stop.StatusCode);
        Assert.Empty(web.Engine.Submitted);
    }

    [Fact]
    public async Task A_token_of_ten_thousand_characters_is_wrong_and_no_more()
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/status", authorization: "Bearer " + RunningWeb.Token + new string('x', 10_000));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Two_tokens_in_one_request_are_none()
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/status", headers: ("Authorization", "Bearer " + RunningWeb.Token));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_in_the_address_is_no_token()
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/status?token=" + RunningWeb.Token, authorization: null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task With_the_token_a_client_may_do_what_the_owner_may()
    {
        await using var web = await RunningWeb.StartAsync();

        var (status, text) = await web.AskAsync("/v1/status");
        var (stop, _) = await web.AskAsync("/v1/stop", HttpMethod.Post, """{"jobs":["web"]}""", "bearer " + RunningWeb.Token);

        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        Assert.Equal("web", JsonDocument.Parse(text).RootElement.GetProperty("jobs")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, stop.StatusCode);
        Assert.IsType<StopJobs>(Assert.Single(web.Engine.Submitted));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:8080", true)]
    [InlineData("localhost.", true)]
    [InlineData("127.0.0.1:9001", true)]
    [InlineData("[::1]:9001", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("supervisor.example.org", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("evil.supervisor.example.org", false)]
    public async Task A_name_that_somebody_elses_DNS_could_turn_to_us_is_refused(string host, bool allowed)
    {
        await using var web = await RunningWeb.StartAsync(http => http with { Hosts = ["supervisor.example.org"] });

        foreach (var path in (string[])["/", "/app.js", "/v1/status"])
        {
            var (answer, body) = await web.AskAsync(path, headers: ("Host", host));

            Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal(!allowed, body.Contains("supervisor.http.hosts", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Origin", "http://localhost:9001", true)]
    [InlineData("Origin", "https://localhost:9001", true)]
    [InlineData("Origin", "http://localhost:9002", false)]
    [InlineData("Origin", "http://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "chrome-extension://localhost:9001", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    public async Task A_page_of_another_origin_may_not_ask_even_with_the_token(string header, string value, bool allowed)
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/stop", HttpMethod.Post, """{"jobs":["web"]}""", headers: [("Host", "localhost:9001"), (header, value)]);

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(allowed ? 1 : 0, web.Engine.Submitted.Count);
    }

    [Fact]
    public async Task A_preflight_is_never_allowed()
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/stop", HttpMethod.Options, authorization: null,
            headers: [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")]);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_answer_tells_the_browser_to_trust_nothing_else()
    {
        await using var web = await RunningWeb.StartAsync();

        foreach (var (path, authorization) in ((string, string?)[])[("/", null), ("/app.js", null), ("/v1/status", "Bearer " + RunningWeb.Token), ("/v1/status", null), ("/nothing", null)])
        {
            var (answer, _) = await web.AskAsync(path, authorization: authorization);
            string Header(string name) => string.Join(", ", answer.Headers.GetValues(name));

            Assert.Contains("default-src 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Equal("DENY", Header("X-Frame-Options"));
            Assert.Equal("no-referrer", Header("Referrer-Policy"));
            Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
            Assert.Equal("no-store", Header("Cache-Control"));
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, _) = await web.AskAsync("/v1/stop", HttpMethod.Post, new string(' ', 65 * 1024));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(web.Engine.Submitted);
    }

    [Fact]
    public async Task A_head_that_is_too_large_is_refused()
    {
        await using var web = await RunningWeb.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(web.Address);
        var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 20_000)}\r\n\r\n"));

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 431", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_request_without_a_host_is_refused()
    {
        await using var web = await RunningWeb.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(web.Address);
        var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"));

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 403", await reader.ReadLineAsync());
    }
}
