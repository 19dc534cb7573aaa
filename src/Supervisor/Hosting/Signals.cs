using System.Runtime.InteropServices;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>
/// The signals that the supervisor takes, and the only place that registers any: never SIGCHLD (docs/architecture.md). SIGTERM and SIGINT stop
/// everything, a second one at once (<see cref="StopRequests"/>); SIGHUP re-reads the configuration, but that of a closed terminal stops everything; what <c>supervisor.forward_signals</c> names goes to jobs instead.
/// SIGPIPE stays ignored, as .NET has it.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly Action<string, bool> _stop;
    private readonly Action<Signal, Sequence<string>> _forward;
    private readonly List<PosixSignalRegistration> _own = [];
    private List<PosixSignalRegistration> _forwarded = [];
    private readonly StopRequests _stops;
    private readonly ControllingTerminal _terminal;
    private bool _hungUp;

    /// <summary>Takes the signals from now on. The actions run on the runtime's signal thread: they hand over and return.</summary>
    /// <param name="stop">Name of the signal, and whether it is not the first one.</param>
    /// <param name="forward">A signal has come that belongs to jobs.</param>
    /// <param name="terminal">The terminal that we were started on.</param>
    /// <param name="time">Clock.</param>
    public Signals(Action<string, bool> stop, Action<Signal, Sequence<string>> forward, ControllingTerminal terminal, TimeProvider time)
    {
        (_stop, _forward, _terminal, _stops) = (stop, forward, terminal, new(time));
        Take(_own, Signal.Term, () => Stop(Signal.Term));
        Take(_own, Signal.Int, () => Stop(Signal.Int));
    }

    /// <summary>What SIGHUP does.</summary>
    public Action Reload { get; set; } = () => { };

    /// <summary>Which signals belong to jobs from now on; SIGHUP is ours unless it is among them.</summary>
    public void Forward(Sequence<ForwardedSignal> forwarded)
    {
        var before = _forwarded;
        _forwarded = [];
        foreach (var (signal, jobs) in forwarded)
        {
            Take(_forwarded, signal, () => _forward(signal, jobs));
        }

        if (forwarded.All(f => f.Signal != Signal.Hup))
        {
            Take(_forwarded, Signal.Hup, HangUpOrReload);
        }

        // Last: a signal without a registration has its default action, and that of most is to end us.
        Release(before);
    }

    /// <summary>
    /// The terminal is closed, and we are meant. No request that a later one could make more urgent: the shell and the kernel may both send a signal, and SIGTERM may follow when a session ends.
    /// </summary>
    public void HangUp()
    {
        if (!Interlocked.Exchange(ref _hungUp, true))
        {
            _stop("SIGHUP of the closed terminal", false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release(_forwarded);
        Release(_own);
    }

    private void Stop(Signal signal)
    {
        if (_stops.Arrived() is { } again)
        {
            _stop(signal.Name, again);
        }
    }

    private void HangUpOrReload()
    {
        if (_terminal.SendsHangUp())
        {
            HangUp();
        }
        else
        {
            Reload();
        }
    }

    private static void Take(List<PosixSignalRegistration> registrations, Signal signal, Action action)
    {
#pragma warning disable RS0030 // this is the one place
        registrations.Add(PosixSignalRegistration.Create(Raw(signal), context =>
        {
            context.Cancel = true;
            action();
        }));
#pragma warning restore RS0030
    }

    // The runtime knows some signals by names of its own (negative numbers); every other one goes by its raw number.
    private static PosixSignal Raw(Signal signal) => (PosixSignal)signal.Number;

    private static void Release(List<PosixSignalRegistration> registrations)
    {
        registrations.ForEach(registration => registration.Dispose());
        registrations.Clear();
    }
}
