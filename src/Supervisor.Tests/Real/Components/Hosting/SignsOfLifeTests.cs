using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Supervisor.Hosting;
using Supervisor.Systemd;
using Xunit;

namespace Supervisor.Tests.Real.Components.Hosting;

/// <summary>What the service manager hears of an engine that turns, and of one that is stuck.</summary>
public sealed class SignsOfLifeTests : IDisposable
{
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceNotifier _notifier;
    private Task _engine = Task.CompletedTask;
    private int _asked;

    public SignsOfLifeTests()
    {
        var name = $"supervisor-test-{Guid.NewGuid():N}";
        _manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _notifier = ServiceNotifier.Open("@" + name, out _);
    }

    public void Dispose()
    {
        _notifier.Dispose();
        _manager.Dispose();
    }

    [Fact]
    public async Task The_watchdog_is_fed_twice_within_its_time()
    {
        using var watchdog = new EngineWatchdog(_notifier, Ping, TimeSpan.FromSeconds(30), _time);
        _time.Advance(TimeSpan.Zero);
        Assert.Equal("WATCHDOG=1", Receive());
        await watchdog.LastQuestion.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("WATCHDOG=1", Receive());

        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public void A_stuck_engine_is_asked_once_and_nothing_is_told_until_it_turns_again()
    {
        var stuck = new TaskCompletionSource();
        _engine = stuck.Task;
        using var watchdog = new EngineWatchdog(_notifier, Ping, TimeSpan.FromSeconds(30), _time);

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, _asked);
        Assert.Equal(0, _manager.Available);
        stuck.SetResult();
        Assert.Equal("WATCHDOG=1", Receive());
    }

    [Fact]
    public void Where_nobody_watches_the_engine_is_not_asked()
    {
        using var watchdog = new EngineWatchdog(_notifier, Ping, within: null, _time);

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, _asked);
    }

    [Fact]
    public void Time_is_asked_for_while_a_start_or_stop_goes_on_and_no_longer()
    {
        using var extension = new TimeoutExtension(_notifier, Ping, _time);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _asked);

        extension.Begin();
        extension.Begin();
        _time.Advance(TimeSpan.Zero);
        Assert.Equal("EXTEND_TIMEOUT_USEC=30000000", Receive());
        TickUntilAsked();
        Assert.Equal("EXTEND_TIMEOUT_USEC=30000000", Receive());

        extension.End();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _asked);

        extension.Begin();
        TickUntilAsked();
        Assert.Equal("EXTEND_TIMEOUT_USEC=30000000", Receive());
    }

    [Fact]
    public void A_stop_with_a_stuck_engine_gets_no_more_time()
    {
        _engine = new TaskCompletionSource().Task;
        using var extension = new TimeoutExtension(_notifier, Ping, _time);

        extension.Begin();
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, _asked);
        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public void A_reload_is_told_between_ready_and_stopping_only()
    {
        Assert.False(_notifier.Reloading(5_000_000));
        _notifier.Reloaded();
        _notifier.Ready();
        _notifier.Ready();
        Assert.True(_notifier.Reloading(5_000_000));
        _notifier.Reloaded();
        _notifier.Stopping();
        _notifier.Stopping();
        Assert.False(_notifier.Reloading(5_000_000));
        _notifier.Reloaded();

        Assert.Equal(
            ["READY=1", "RELOADING=1\nMONOTONIC_USEC=5000", "READY=1", "STOPPING=1"],
            Enumerable.Range(0, 4).Select(_ => Receive()));
        Assert.Equal(0, _manager.Available);
    }

    private Task Ping()
    {
        _asked++;
        return _engine;
    }

    // The answer before may not be over yet, though it has been sent: then a tick is left out, and the next one asks.
    private void TickUntilAsked()
    {
        for (var tick = 0; tick < 100 && !_manager.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead); tick++)
        {
            _time.Advance(TimeoutExtension.Every);
        }
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
