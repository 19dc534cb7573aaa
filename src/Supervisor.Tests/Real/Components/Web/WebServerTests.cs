using System.Net;
using System.Text.Json;
using Supervisor.Jobs;
using Supervisor.Specs;
using Supervisor.Tests.Real.Components.Control;
using Supervisor.Web;

namespace Supervisor.Tests.Real.Components.Web;

public class WebServerTests
{
    [Fact]
    public async Task The_page_and_all_its_files_come_without_a_token()
    {
        await using var web = await RunningWeb.StartAsync();

        var (page, html) = await web.AskAsync("/", authorization: null);

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Contains("<title>Supervisor</title>", html, StringComparison.Ordinal);
        foreach (var file in PageFiles.Names)
        {
            var (answer, body) = await web.AskAsync("/" + file, authorization: null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.NotEqual("", body);
        }
    }

    [Fact]
    public void The_page_has_nothing_inline_and_nothing_from_elsewhere()
    {
        var html = PageFiles.Text("index.html");

        Assert.DoesNotMatch("""<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|<style""", html);
        Assert.DoesNotMatch("""(src|href)="(https?:)?//""", html);
        Assert.All(PageFiles.Names.Where(name => name.EndsWith(".js", StringComparison.Ordinal)), name =>
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|setAttribute\\('style", PageFiles.Text(name)));
    }

    [Theory]
    [InlineData("GET", "/../Daemon.cs", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/page/index.html", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/", HttpStatusCode.Unauthorized)]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    public async Task Nothing_else_is_a_file(string method, string path, HttpStatusCode expected)
    {
        await using var web = await RunningWeb.StartAsync();

        var (answer, body) = await web.AskAsync(path, new(method), authorization: null);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(method == "HEAD", body.Length == 0);
    }

    [Fact]
    public async Task Usage_is_that_of_the_processes_that_run()
    {
        await using var web = await RunningWeb.StartAsync();
        web.Engine.Snapshot = ScriptedSupervisor.Of(
            ScriptedSupervisor.Instance("web", PublicState.Ready) with { Pid = Environment.ProcessId }, ScriptedSupervisor.Instance("db", PublicState.Stopped));

        var (_, body) = await web.AskAsync("/v1/usage");

        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(100, json.GetProperty("at").GetDouble());
        var job = Assert.Single(json.GetProperty("jobs").EnumerateArray());
        Assert.Equal("web", job.GetProperty("name").GetString());
        Assert.Equal(Environment.ProcessId, job.GetProperty("pid").GetInt32());
        Assert.True(job.GetProperty("cpu_seconds").GetDouble() > 0);
        Assert.True(job.GetProperty("resident_bytes").GetInt64() > 1_000_000);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_with_the_key_that_moves_it()
    {
        await using var web = await RunningWeb.StartAsync();

        var refused = Assert.Throws<Supervisor.Web.WebException>(() => WebListener.Listen(new HttpSpec { Listen = web.Address }));

        Assert.Contains($"cannot listen on {web.Address} for the dashboard", refused.Message, StringComparison.Ordinal);
        Assert.Contains("supervisor.http.listen", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:0", true, "http://127.0.0.1:")]
    [InlineData("0.0.0.0:0", false, "http://127.0.0.1:")]
    public void It_is_known_whether_others_can_connect(string listen, bool local, string url)
    {
        var listener = WebListener.Listen(new HttpSpec { Listen = IPEndPoint.Parse(listen) });
        using var descriptor = new Microsoft.Win32.SafeHandles.SafeFileHandle(listener.Descriptor, ownsHandle: true);

        Assert.Equal(local, listener.IsLocal);
        Assert.StartsWith(url, listener.Url, StringComparison.Ordinal);
        Assert.NotEqual(0, listener.Address.Port);
    }
}
