using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Readiness;

/// <summary>One GET by HTTP/1.1, one connection, no redirect followed: what a probe needs and no more (docs/adr/0009).</summary>
internal static class HttpProber
{
    private const int LargestBodyRead = 64 * 1024;

    public static async Task<ProbeAnswer> Ask(HttpProbe probe, CancellationToken limit)
    {
        using var connection = probe.Socket is { } path
            ? await Connection.To(path, limit).ConfigureAwait(false)
            : await Connection.To(probe.Target, limit).ConfigureAwait(false);
        await connection.SendAsync(Request(probe), limit).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var head = new HttpHead();
            while (!head.IsOver)
            {
                var count = await connection.ReceiveAsync(buffer, limit).ConfigureAwait(false);
                if (count == 0)
                {
                    return ProbeAnswer.Failed(head.IsEmpty ? "the connection was closed without an answer" : "the connection was closed in the middle of the answer's head");
                }

                head.Add(buffer.AsSpan(0, count));
            }

            if (head.Problem is { } problem)
            {
                return ProbeAnswer.Failed(problem);
            }

            await PassOverBody(connection, head, buffer, limit).ConfigureAwait(false);
            return head.Status >= probe.Status.From && head.Status <= probe.Status.To
                ? ProbeAnswer.Passed
                : ProbeAnswer.Failed($"status {head.Status}, expected {probe.Status}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The request. What the configuration says wins over the usual headers.</summary>
    internal static byte[] Request(HttpProbe probe)
    {
        var text = new StringBuilder($"GET {probe.Path} HTTP/1.1\r\n");
        var host = probe.Target.Port == 80 ? probe.Target.ToString()[..^":80".Length] : probe.Target.ToString();
        HttpHeader[] usual = [new("Host", host), new("User-Agent", "supervisor-probe"), new("Accept", "*/*"), new("Connection", "close")];
        foreach (var header in usual.Where(header => !probe.Headers.Any(own => own.Name.Equals(header.Name, StringComparison.OrdinalIgnoreCase))).Concat(probe.Headers))
        {
            text.Append(header.Name).Append(": ").Append(header.Value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    // Read and not judged: a server that is cut off in its answer complains in its log at every probe. What stalls or never ends is left alone.
    private static async Task PassOverBody(Socket connection, HttpHead head, byte[] buffer, CancellationToken limit)
    {
        var most = Math.Min(head.BodyLength ?? LargestBodyRead, LargestBodyRead);
        try
        {
            for (var read = head.BodyRead; read < most && !head.IsLastChunk;)
            {
                var count = await connection.ReceiveAsync(buffer, limit).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                read += count;
                head.AddBody(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The status is known.
        }
    }
}
