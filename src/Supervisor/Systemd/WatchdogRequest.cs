using System.Globalization;

namespace Supervisor.Systemd;

/// <summary>What the service manager's watchdog wants of us. Source: sd_watchdog_enabled(3).</summary>
public static class WatchdogRequest
{
    /// <summary>
    /// The time within which a sign of life is due: WATCHDOG_USEC, when WATCHDOG_PID is absent or ours. Null: nobody watches, or the
    /// variables are not numbers.
    /// </summary>
    public static TimeSpan? Read(string? microseconds, string? pid, int ownPid)
    {
        if (!string.IsNullOrEmpty(pid) && (!int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var watched) || watched != ownPid))
        {
            return null;
        }

        return long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var usec)
            && usec is > 0 and < long.MaxValue / 10
            ? TimeSpan.FromMicroseconds(usec)
            : null;
    }
}
