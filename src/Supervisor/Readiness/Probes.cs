using System.Net.Sockets;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Readiness;

#pragma warning disable CA1001 // A SemaphoreSlim without its wait handle has nothing to dispose of, and is used by whoever is still on its way.
/// <summary>Asks jobs by network, on the pool: each asking has its limit, and only so many are on their way at once.</summary>
public sealed class Probes(IEngineInbox inbox, TimeProvider time) : IProbes
#pragma warning restore CA1001
{
    // Each holds a descriptor; ten thousand jobs that are due in the same moment take turns.
    private readonly SemaphoreSlim _places = new(256);

    /// <inheritdoc/>
    public IDisposable Ask(long probeId, ProbeSpec probe)
    {
        var asking = new Asking();
        // Not even its first system call is made on the caller's thread.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = Run(probeId, probe, asking), null);
        return asking;
    }

    private async Task Run(long probeId, ProbeSpec probe, Asking asking)
    {
        try
        {
            await _places.WaitAsync(asking.CalledOff).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (await Answer(probe, asking.CalledOff).ConfigureAwait(false) is { } answer)
            {
                inbox.Post(new ProbeAnswered(probeId, answer));
            }
        }
        finally
        {
            _places.Release();
        }
    }

    // Null: it was called off.
    private async Task<ProbeAnswer?> Answer(ProbeSpec probe, CancellationToken calledOff)
    {
        using var timeout = new CancellationTokenSource(probe.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, calledOff);
        try
        {
            return await Ask(probe, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return calledOff.IsCancellationRequested ? null : ProbeAnswer.Failed($"no answer within {InWords.Of(probe.Timeout)}");
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
                ? ProbeAnswer.Unknown($"the supervisor has no descriptor or buffer left to ask ({refused.Message})")
                : ProbeAnswer.Failed(refused.Message);
        }
    }

    private static Task<ProbeAnswer> Ask(ProbeSpec probe, CancellationToken limit) => probe switch
    {
        TcpProbe tcp => TcpProber.Ask(tcp, limit),
        HttpProbe http => HttpProber.Ask(http, limit),
        _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, "not asked by network"),
    };

    private sealed class Asking : IDisposable
    {
        // Without a timer there is nothing in it to dispose of.
        private readonly CancellationTokenSource _source = new();

        public CancellationToken CalledOff => _source.Token;

        // What hangs on it is undone on the pool, not on the caller's thread.
        public void Dispose() => _ = _source.CancelAsync();
    }
}
