using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>Every endpoint there is, with requests that are huge, slow, cut off or many at once. The list is the server's own.</summary>
public class EveryEndpointTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    private static IEnumerable<(string Method, string Path)> Endpoints(RunningControl control) =>
        from route in control.Endpoints.OfType<RouteEndpoint>()
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, route.RoutePattern.RawText!.Replace("{name}", "web", StringComparison.Ordinal));

    private static async Task<string> Exchange(RunningControl control, string request, Func<Socket, byte[], Task> send)
    {
        using var socket = await control.ConnectAsync(Limit);
        try
        {
            await send(socket, Encoding.ASCII.GetBytes(request));
        }
        catch (SocketException)
        {
            // It has heard enough and closed; its answer is there all the same.
        }

        try
        {
            return await new StreamReader(new NetworkStream(socket)).ReadLineAsync(Limit) ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task IsWell(RunningControl control) => Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);

    [Fact]
    public async Task An_answer_of_any_length_is_whole_also_where_a_piece_of_memory_is_just_full()
    {
        await using var control = await RunningControl.StartAsync();
        var lengths = new HashSet<long?>();
        for (var size = 3800; size < 4200; size++)
        {
            var path = "/" + new string('x', size);
            using var answer = await control.Client.GetAsync(path, Limit);
            var text = await answer.Content.ReadAsStringAsync(Limit);

            Assert.Contains(path, text);
            Assert.EndsWith("}\n", text);
            Assert.Equal((HttpStatusCode.NotFound, (long?)text.Length), (answer.StatusCode, answer.Content.Headers.ContentLength));
            lengths.Add(answer.Content.Headers.ContentLength);
        }

        Assert.Contains(4096, lengths);
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_answered_like_any_other()
    {
        await using var control = await RunningControl.StartAsync();
        foreach (var (method, path) in Endpoints(control))
        {
            var answer = await Exchange(control, $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}", async (socket, bytes) =>
            {
                foreach (var one in bytes)
                {
                    await socket.SendAsync(new[] { one }, Limit);
                }
            });

            Assert.Matches("^HTTP/1.1 (2|4|503)", answer);
        }

        await IsWell(control);
    }

    [Fact]
    public async Task Huge_addresses_heads_and_lists_of_jobs_are_refused_and_cost_nothing_else()
    {
        await using var control = await RunningControl.StartAsync();
        var (huge, jobs) = (new string('a', 40_000), string.Concat(Enumerable.Range(0, 800).Select(i => $"&job=x{i}")));
        foreach (var (method, path) in Endpoints(control))
        {
            foreach (var request in new[]
            {
                $"{method} {path}?{huge} HTTP/1.1\r\nHost: x\r\n\r\n",
                $"{method} {path}/{huge} HTTP/1.1\r\nHost: x\r\n\r\n",
                $"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Huge: {huge}\r\n\r\n",
                $"{method} {path} HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 500).Select(i => $"X-{i}: y\r\n"))}\r\n",
            })
            {
                Assert.Matches("^(HTTP/1.1 4|$)", await Exchange(control, request, async (socket, bytes) => await socket.SendAsync(bytes, Limit)));
            }

            // Long, but allowed: told, not carried out.
            Assert.Matches("^HTTP/1.1 [245]", await Exchange(control, $"{method} {path}?follow=false{jobs} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", async (socket, bytes) => await socket.SendAsync(bytes, Limit)));
        }

        // An operation takes no jobs from its address: who writes them there would get all.
        Assert.Empty(control.Engine.Submitted);
        await IsWell(control);
    }

    [Fact]
    public async Task Clients_that_go_away_in_the_middle_of_everything_leave_nothing_behind()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { MostClients = 20 });
        foreach (var (method, path) in Endpoints(control))
        {
            var request = Encoding.ASCII.GetBytes($"{method} {path}?follow=true HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{\"jobs\":[\"w");
            foreach (var length in new[] { 1, request.Length / 2, request.Length })
            {
                using var socket = await control.ConnectAsync(Limit);
                await socket.SendAsync(request.AsMemory(0, length), Limit);
            }

            // Far more than 20 have been here: each has given its place back (asked again until it has noticed).
            await Served(control);
        }

        await IsWell(control);
    }

    [Fact]
    public async Task All_endpoints_at_once_are_all_answered()
    {
        await using var control = await RunningControl.StartAsync();
        var endpoints = Endpoints(control).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => endpoints).Select(async endpoint =>
        {
            using var request = new HttpRequestMessage(new(endpoint.Method), endpoint.Path);
            using var answer = await control.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit);
            return (endpoint.Path, answer.StatusCode);
        }));

        Assert.All(answers, answer => Assert.True((int)answer.StatusCode < 500 || answer.Path == "/readyz", $"{answer}"));
    }

    private static async Task Served(RunningControl control)
    {
        while (!Limit.IsCancellationRequested)
        {
            try
            {
                await IsWell(control);
                return;
            }
            catch (HttpRequestException)
            {
                // Still full.
            }
        }
    }
}
