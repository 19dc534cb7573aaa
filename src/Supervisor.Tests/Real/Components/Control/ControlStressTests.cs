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

        var (status, _) = await control.PostAsync("/v1/start", new string(' ', 1024 * 1024 + 1));

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
}
