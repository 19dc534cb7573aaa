using System.Globalization;

namespace Supervisor.Import.Systemd;

/// <summary>Restart= and what belongs to it, and the time limits of a start and of a run.</summary>
internal static class ServiceRestart
{
    // sysexits.h and what systemd.exec(5) calls its own.
    private static readonly string[] _sysexits =
        ["USAGE", "DATAERR", "NOINPUT", "NOUSER", "NOHOST", "UNAVAILABLE", "SOFTWARE", "OSERR", "OSFILE", "CANTCREAT", "IOERR", "TEMPFAIL", "PROTOCOL", "NOPERM", "CONFIG"];

    private static readonly string[] _clean = ["0", "SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"];

    public static void Import(UnitKeys keys, bool isOneshot)
    {
        Policy(keys, isOneshot);
        Delay(keys);
        Limit(keys);
        foreach (var (theirs, ours) in new[] { ("SuccessExitStatus", "success"), ("RestartPreventExitStatus", "never_on"), ("RestartForceExitStatus", "always_on") })
        {
            Exits(keys, theirs, ours, isOneshot);
        }

        Times(keys, isOneshot);
    }

    private static void Policy(UnitKeys keys, bool isOneshot)
    {
        var restart = keys.Last("Restart");
        switch (restart?.Value)
        {
            case null or "no":
                keys.Part.Set("restart.policy", "never", restart?.Line);
                break;
            case "always" or "on-failure":
                keys.Part.Set("restart.policy", isOneshot ? "on-failure" : restart.Value, restart.Line);
                break;
            case "on-success":
                keys.Part.Set("restart.policy", "never", restart.Line);
                foreach (var exit in _clean)
                {
                    keys.Part.Add("restart.always_on", DraftValue.Of(exit), restart.Line);
                }

                break;
            case "on-abnormal" or "on-abort" or "on-watchdog":
                keys.Part.Set("restart.policy", "on-failure", restart.Line);
                keys.Part.Note(restart.Line, "here it is restarted after an exit code other than 0 too; `never_on: [1, ...]` leaves codes out");
                break;
            default:
                keys.Problem(restart, $"expected no, always, on-success, on-failure, on-abnormal, on-abort or on-watchdog, found '{restart.Value}'");
                break;
        }
    }

    private static void Delay(UnitKeys keys)
    {
        var (delay, steps, most) = (keys.Last("RestartSec"), keys.Last("RestartSteps"), keys.Last("RestartMaxDelaySec"));
        if (keys.Time(delay) is { } time && time != "none")
        {
            keys.Part.Set("restart.delay", time, delay!.Line);
            if (steps is null)
            {
                // The same delay each time.
                keys.Part.Set("restart.factor", "1");
            }

            if (UnitTimes.TryParse(delay.Value, out var span) && span > TimeSpan.FromSeconds(30) && most is null)
            {
                keys.Part.Set("restart.max_delay", time);
            }
        }

        if (keys.Time(most) is { } longest && longest != "none")
        {
            keys.Part.Set("restart.max_delay", longest, most!.Line);
        }

        if (steps is not null)
        {
            keys.Part.Note(steps.Line, "delays grow by a factor (2 unless `factor` says otherwise), not in so many steps");
        }
    }

    private static void Limit(UnitKeys keys)
    {
        var burst = keys.All("Unit", "StartLimitBurst").Concat(keys.All("Service", "StartLimitBurst")).LastOrDefault();
        var interval = keys.All("Unit", "StartLimitIntervalSec", "StartLimitInterval").Concat(keys.All("Service", "StartLimitInterval", "StartLimitIntervalSec")).LastOrDefault();
        if (burst is null && interval is null)
        {
            return;
        }

        var window = keys.Time(interval) ?? "10s";
        var most = burst is null ? 5 : keys.Number(burst, 0, 1_000_000) ?? 5;
        // An interval of 0 turns the limit off: no limit is our default.
        if (window is not ("0s" or "none") && most > 0)
        {
            keys.Part.Set("restart.limit", most.ToString(), burst?.Line ?? interval?.Line);
            keys.Part.Set("restart.within", window, interval?.Line);
        }
    }

    private static void Exits(UnitKeys keys, string theirs, string ours, bool isOneshot)
    {
        var added = false;
        foreach (var entry in keys.All("Service", theirs))
        {
            foreach (var word in entry.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (CodeOf(word) is not { } exit)
                {
                    keys.Problem(entry, $"expected exit codes 0..255, names of sysexits.h and signals, found '{word}'");
                    continue;
                }

                if (ours == "success" && !added)
                {
                    // Theirs come in addition to the usual ones.
                    foreach (var clean in isOneshot ? _clean[..1] : _clean)
                    {
                        keys.Part.Add("restart.success", DraftValue.Of(clean));
                    }
                }

                added = true;
                keys.Part.Add($"restart.{ours}", DraftValue.Of(exit), entry.Line);
            }
        }
    }

    private static string? CodeOf(string word)
    {
        var known = Array.IndexOf(_sysexits, word.ToUpperInvariant());
        return known >= 0 ? (64 + known).ToString()
            : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code <= 255 ? code.ToString() : null
            : word.ToUpperInvariant() is "SUCCESS" ? "0" : word.ToUpperInvariant() is "FAILURE" ? "1"
            : Specs.Signal.TryParse(word, out var signal) ? signal.Name : null;
    }

    private static void Times(UnitKeys keys, bool isOneshot)
    {
        var start = keys.Last("TimeoutStartSec") ?? keys.Last("TimeoutSec");
        if (keys.Time(start) is { } limit)
        {
            keys.Part.Set("start_timeout", limit == "0s" ? "none" : limit, start!.Line);
        }

        var run = keys.Last("RuntimeMaxSec");
        if (keys.Time(run) is { } longest && !isOneshot)
        {
            keys.Part.Set("runtime_limit", longest, run!.Line);
        }

        var watchdog = keys.Last("WatchdogSec");
        if (keys.Time(watchdog) is { } beat && beat != "0s")
        {
            keys.Part.Set("watchdog", beat, watchdog!.Line);
        }
    }
}
