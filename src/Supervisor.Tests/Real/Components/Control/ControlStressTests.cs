using System.Net;
using System.Net.Sockets;
using System.Text;
using Supervisor.Engine;

namespace Supervisor.Tests.Real.Components.Control;

public class ControlStressTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_clients_at_once_are_all_answered_while_others_say_nothing()
    {
        await using var control = await RunningControl.StartAsync();
        var silent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => control.ConnectAsync(Limit)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => control.GetAsync("/v1/status")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Array.ForEach(silent, socket => socket.Dispose());
    }

    [Fact]
    public async Task A_huge_body_is_refused_and_the_server_goes_on()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, _) = await control.PostWhenWantedAsync("/v1/start", new string(' ', 1024 * 1024 + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET /v1/status HTTP/1.1\r\n\r\n", "400")]
    public async Task What_is_not_HTTP_is_a_bad_request(string bytes, string expected)
    {
        await using var control = await RunningControl.StartAsync();
        using var socket = await control.ConnectAsync(Limit);
        await socket.SendAsync(Encoding.ASCII.GetBytes(bytes), Limit);

        using var reader = new StreamReader(new NetworkStream(socket));
        Assert.Contains(expected, await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_only_its_waiting()
    {
        await using var control = await RunningControl.StartAsync();
        var gone = new TaskCompletionSource();
        control.Engine.Answer = async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(() => gone.TrySetResult());
            await gone.Task;
            return new(OperationOutcome.Done, null, []);
        };
        using var leaving = new CancellationTokenSource();
        var request = control.Client.PostAsync("/v1/start", new StringContent(""), leaving.Token);
        await control.Engine.FirstSubmitted.WaitAsync(Limit);

        await leaving.CancelAsync();

        await gone.Task.WaitAsync(Limit);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_follower_gets_new_lines_and_an_orderly_end_when_the_server_stops()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(ScriptedSupervisor.Line("past"));
        using var reader = new StreamReader(await control.Client.GetStreamAsync("/v1/jobs/web/logs?follow=true", Limit));
        Assert.Contains("\"text\":\"past\",\"bytes\":null,", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);

        control.Engine.Followed.SetResult(new(ScriptedSupervisor.Noon, Jobs.Ports.LogStream.Stderr, new byte[] { 0xff }, Missed: 3));
        var line = await reader.ReadLineAsync(Limit);
        Assert.Contains("\"bytes\":\"/w==\",\"missed\":3", line, StringComparison.Ordinal);

        await control.StopAsync();
        Assert.Null(await reader.ReadLineAsync(Limit));
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_shown_the_door()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { Silence = TimeSpan.FromMilliseconds(100) });
        using var socket = await control.ConnectAsync(Limit);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Limit));
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_not_waited_for()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { Head = TimeSpan.FromMilliseconds(100) });
        using var socket = await control.ConnectAsync(Limit);
        await socket.SendAsync("GET /v1/status HTTP/1.1\r\nHost: x\r\n"u8.ToArray(), Limit);

        using var reader = new StreamReader(new NetworkStream(socket));
        Assert.Contains("408", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { Grace = TimeSpan.FromSeconds(1.5) });
        using var socket = await control.ConnectAsync(Limit);
        await socket.SendAsync("POST /v1/start HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), Limit);

        using var reader = new StreamReader(new NetworkStream(socket));
        Assert.Contains("408", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
        Assert.Empty(control.Engine.Submitted);
    }

    [Fact]
    public async Task More_clients_than_allowed_are_turned_away_and_the_others_are_served()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { MostClients = 3 });
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
        using var second = await control.ConnectAsync(Limit);
        using var third = await control.ConnectAsync(Limit);
        using var fourth = await control.ConnectAsync(Limit);

        Assert.Equal(0, await fourth.ReceiveAsync(new byte[1], Limit));
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
    }

    [Fact]
    public async Task Every_endpoint_survives_every_kind_of_nonsense()
    {
        await using var control = await RunningControl.StartAsync();
        string[] bodies = ["{", "[]", "null", "3", "\"x\"", "{\"jobs\":{}}", "{\"wait\":3}", "{\"jobs\":[[[[[[]]]]]]}", new('[', 100_000), "\0\u0001", "{\"jobs\":[\"\\ud800\"]}"];
        var paths = control.Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>().Select(route => route.RoutePattern.RawText!.Replace("{name}", "%e4%2e%2e%2f*"));

        foreach (var path in paths)
        {
            foreach (var body in bodies)
            {
                using var answer = await control.Client.PostAsync(path + "?job=%00&follow=no&since=99999999999999999999&last=", new StringContent(body));
                Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
                Assert.Contains("json", answer.Content.Headers.ContentType?.MediaType ?? "json of a path that is none", StringComparison.Ordinal);
            }

            using var asked = await control.Client.GetAsync(path + "?job=%00&follow=no&since=99999999999999999999&last=");
            Assert.True(asked.IsSuccessStatusCode || asked.Content.Headers.ContentType?.MediaType is "application/problem+json" or null, $"{path}: {asked.StatusCode}");
            Assert.NotEqual(HttpStatusCode.InternalServerError, asked.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
    }
}
