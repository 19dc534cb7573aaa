using System.Text.Json;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

public class EventStreamTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private static void Tell(RunningControl control, long sequence, string job = "web") => control.Events.Told(
        new InstanceName(job, 0, false), new(sequence, ScriptedSupervisor.Noon, 1, PublicState.Ready, StoryLevel.Information, $"event {sequence}"));

    private static async Task<List<JsonElement>> ReadAsync(RunningControl control, string query, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events" + query);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var answer = await control.Client.SendAsync(request);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        return [.. text.Split('\n').Where(line => line.StartsWith("data: ")).Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement)];
    }

    private static IEnumerable<long> Numbers(IEnumerable<JsonElement> events) => events.Select(happened => happened.GetProperty("sequence").GetInt64());

    [Fact]
    public async Task What_is_kept_comes_in_order_with_its_numbers()
    {
        await using var control = await RunningControl.StartAsync();
        control.Events.Told(null, new(1, ScriptedSupervisor.Noon, 0, PublicState.Running, StoryLevel.Warning, "SIGTERM\nreceived"));
        Tell(control, 2);

        var text = await control.Client.GetStringAsync("/v1/events");

        Assert.Equal(
            """
            id: b00t:1
            data: {"boot":"b00t","sequence":1,"at":"2026-01-02T12:00:00+00:00","job":null,"attempt":0,"state":null,"level":"warning","text":"SIGTERM\nreceived","missed":0}

            id: b00t:2
            data: {"boot":"b00t","sequence":2,"at":"2026-01-02T12:00:00+00:00","job":"web","attempt":1,"state":"ready","level":"information","text":"event 2","missed":0}


            """,
            text);
    }

    [Fact]
    public async Task A_reader_that_asks_for_what_is_no_longer_kept_is_told_how_much_it_missed()
    {
        await using var control = await RunningControl.StartAsync();
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            Tell(control, sequence);
        }

        var events = await ReadAsync(control, "?since=2");

        Assert.Equal(Enumerable.Range(5, 16).Select(number => (long)number), Numbers(events));
        Assert.Equal(2, events[0].GetProperty("missed").GetInt64());
    }

    [Fact]
    public async Task Numbers_of_another_start_of_the_supervisor_are_told_as_such()
    {
        await using var control = await RunningControl.StartAsync();
        Tell(control, 1);

        var (status, json) = await control.GetAsync("/v1/events?since=0ld:1");
        Assert.Equal((System.Net.HttpStatusCode.Conflict, "since: number 1 is of another start of the supervisor (0ld); this one is b00t, and has numbers from 1 to 1"), (status, json.GetProperty("detail").GetString()));

        // A browser comes again by itself: it gets everything, and sees the other start in it.
        Assert.Equal([1], Numbers(await ReadAsync(control, "", lastEventId: "0ld:7")));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await control.GetAsync("/v1/events?since=b00t:x")).Status);
    }

    [Fact]
    public async Task A_reader_that_comes_again_goes_on_where_it_was()
    {
        await using var control = await RunningControl.StartAsync();
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            Tell(control, sequence, sequence % 2 == 0 ? "db" : "web");
        }

        Assert.Equal([4, 5], Numbers(await ReadAsync(control, "", lastEventId: "3")));
        Assert.Equal([4, 5], Numbers(await ReadAsync(control, "", lastEventId: "b00t:3")));
        Assert.Equal([4, 5], Numbers(await ReadAsync(control, "?since=b00t:3")));
        Assert.Equal([4, 5], Numbers(await ReadAsync(control, "?last=2")));
        Assert.Equal([2, 4], Numbers(await ReadAsync(control, "?job=db")));
    }

    [Theory]
    [InlineData("?since=-1")]
    [InlineData("?since=now")]
    [InlineData("?last=x")]
    [InlineData("?follow=maybe")]
    public async Task A_bad_query_is_told(string query)
    {
        await using var control = await RunningControl.StartAsync();

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await control.GetAsync("/v1/events" + query)).Status);
    }

    [Fact]
    public async Task A_follower_gets_what_comes_heartbeats_meanwhile_and_an_orderly_end()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { Heartbeat = TimeSpan.FromMilliseconds(1) });
        using var reader = new StreamReader(await control.Client.GetStreamAsync("/v1/events?follow=true"));
        Assert.StartsWith(":", await reader.ReadLineAsync().WaitAsync(_limit));

        Tell(control, 1);

        string? line;
        while ((line = await reader.ReadLineAsync().WaitAsync(_limit)) is not null && !line.StartsWith("id:"))
        {
        }

        Assert.Equal("id: b00t:1", line);
        await control.StopAsync();
        while (await reader.ReadLineAsync().WaitAsync(_limit) is not null)
        {
        }
    }

    [Fact]
    public async Task A_thousand_readers_of_which_half_never_read_do_not_hold_up_the_engine_and_cost_bounded_memory()
    {
        const int Readers = 1000;
        const int Events = 3000;
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { MostClients = Readers + 10 }, keptEvents: Events);
        var idle = new List<System.Net.Sockets.Socket>();
        for (var index = 0; index < Readers / 2; index++)
        {
            var socket = await control.ConnectAsync(CancellationToken.None);
            socket.ReceiveBufferSize = 4096;
            await socket.SendAsync("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            idle.Add(socket);
        }

        // What runs is the server in this process; the sockets' buffers are the kernel's.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var first = ReadToAsync(control, Events);
        for (var sequence = 1; sequence <= Events; sequence++)
        {
            Tell(control, sequence);
        }

        Assert.Equal(Events, await first.WaitAsync(_limit));
        var perIdle = (GC.GetTotalMemory(forceFullCollection: true) - before) / (Readers / 2);
        Assert.True(perIdle < 128 * 1024, $"{perIdle} bytes per reader that does not read");

        var readers = Enumerable.Range(0, Readers / 2).Select(_ => ReadToAsync(control, Events + 1)).ToList();
        Tell(control, Events + 1);
        Assert.All(await Task.WhenAll(readers).WaitAsync(_limit), count => Assert.Equal(Events + 1, count));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await control.GetAsync("/v1/status")).Status);
        idle.ForEach(socket => socket.Dispose());
    }

    // Events that were seen or told to be missed, up to the last.
    private static async Task<long> ReadToAsync(RunningControl control, long last)
    {
        using var reader = new StreamReader(await control.Client.GetStreamAsync("/v1/events?follow=true"));
        var seen = 0L;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: "))
            {
                using var happened = JsonDocument.Parse(line["data: ".Length..]);
                seen += 1 + happened.RootElement.GetProperty("missed").GetInt64();
                if (happened.RootElement.GetProperty("sequence").GetInt64() == last)
                {
                    break;
                }
            }
        }

        return seen;
    }
}
