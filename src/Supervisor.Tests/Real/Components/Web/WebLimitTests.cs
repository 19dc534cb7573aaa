using System.Net;
using System.Net.Sockets;

namespace Supervisor.Tests.Real.Components.Web;

/// <summary>What a client of the dashboard may cost.</summary>
public class WebLimitTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    private static async Task<Socket> ConnectAsync(RunningWeb web)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(web.Address, Limit);
        return socket;
    }

    [Fact]
    public void The_limits_are_those_of_the_manual()
    {
        var limits = new Supervisor.Control.ControlLimits();

        Assert.Equal((64, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)), (limits.MostWebClients, limits.Head, limits.Silence));
    }

    [Fact]
    public async Task The_65th_client_is_turned_away_until_another_one_leaves()
    {
        await using var web = await RunningWeb.StartAsync();
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < 64; i++)
            {
                clients.Add(await ConnectAsync(web));
                // Each is in before the next one comes.
                await clients[^1].SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Limit);
                Assert.True(await clients[^1].ReceiveAsync(new byte[16], Limit) > 0);
            }

            using var late = await ConnectAsync(web);
            Assert.Equal(0, await Received(late));

            clients[0].Dispose();
            while (await Asked(web) is not HttpStatusCode.OK)
            {
                Limit.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_not_waited_for()
    {
        await using var web = await RunningWeb.StartAsync(limits: limits => limits with { Head = TimeSpan.FromMilliseconds(100) });
        using var client = await ConnectAsync(web);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray(), Limit);

        using var reader = new StreamReader(new NetworkStream(client));
        Assert.Contains("408", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode?> Asked(RunningWeb web)
    {
        try
        {
            using var answer = await web.Client.GetAsync("/", Limit);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // A connection that is turned away ends, with or without a reset.
    private static async Task<int> Received(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Limit);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
