using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>Very many readers of the event stream, of which half never read.</summary>
public class EventCrowdTests(ITestOutputHelper output)
{
    private const int Readers = 1000;
    private const int Events = 20_000;
    private static readonly string _text = new('x', 200);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    [SuppressMessage("Reliability", "CA2000", Justification = "disposed in the finally block")]
    public async Task A_thousand_readers_of_which_half_never_read_slow_nothing_and_hold_little()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { MostClients = Readers + 50 }, keptEvents: 4096);
        var alone = Tell(control, 0);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                sockets.Add(await ConnectAsync(control));
            }

            // All of them have begun: each gets an event of its own to wait for.
            var readers = sockets.Select(socket => new StreamReader(new NetworkStream(socket))).ToList();
            await Task.WhenAll(sockets.Select(socket => socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/events?follow=true&since={Events - 1} HTTP/1.1\r\nHost: x\r\n\r\n"), Limit).AsTask()));
            foreach (var reader in readers)
            {
                await LineWith(reader, $"\"sequence\":{Events},");
            }

            var before = GC.GetTotalMemory(forceFullCollection: true);
            var reading = readers.Take(Readers / 2).Select(reader => LineWith(reader, $"\"sequence\":{2 * Events},")).ToList();
            var crowded = Tell(control, Events);
            await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(90), Limit);
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;

            output.WriteLine($"{alone.TotalMicroseconds / Events:0.00} us an event alone, {crowded.TotalMicroseconds / Events:0.00} us with {Readers} readers; {held >> 10} KiB more");
            // What the engine pays for an event does not depend on who listens; a broken ring pays for each of them (milliseconds).
            Assert.True(crowded.TotalMicroseconds / Events < 200, $"{crowded.TotalMicroseconds / Events} us an event");
            // Each that does not read may hold its connection's buffer (32 KiB and a little), and no more.
            Assert.True(held < Readers / 2 * 128L * 1024, $"{held} bytes");
            Assert.Equal(System.Net.HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    // Faster than the server accepts: its queue may be full for a moment.
    private static async Task<Socket> ConnectAsync(RunningControl control)
    {
        while (true)
        {
            try
            {
                return await control.ConnectAsync(Limit);
            }
            catch (SocketException full) when (full.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
            {
                await Task.Yield();
            }
        }
    }

    // As the engine does: one after the other, on one thread.
    private static TimeSpan Tell(RunningControl control, long after)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var sequence = after + 1; sequence <= after + Events; sequence++)
        {
            control.Events.Told(new InstanceName("web", 0, false), new(sequence, ScriptedSupervisor.Noon, 1, PublicState.Ready, StoryLevel.Information, _text));
        }

        return TimeProvider.System.GetElapsedTime(began);
    }

    private static async Task LineWith(StreamReader reader, string words)
    {
        while (await reader.ReadLineAsync(Limit) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"the stream ended without {words}");
    }
}
