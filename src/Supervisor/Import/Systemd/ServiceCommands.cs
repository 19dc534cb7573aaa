using System.Text.RegularExpressions;

namespace Supervisor.Import.Systemd;

/// <summary>The Exec lines of a service.</summary>
internal static partial class ServiceCommands
{
    private const string AsRoot = "steps run as the job's user: what needs root belongs before the supervisor's start, or into a job without `user:`";

    public static void Import(UnitKeys keys, bool isOneshot, bool reloadsByNotice)
    {
        var variables = ServiceProcess.Variables(keys);
        var starts = Lines(keys, variables, "ExecStart");
        if (starts.Count == 0)
        {
            if (!keys.Has("Service", "ExecStart"))
            {
                keys.Part.Set("command", DraftValue.Words(["/bin/true"]));
                keys.Part.Remark("there is no ExecStart= in it: /bin/true stands in its place");
            }

            return;
        }

        Before(keys, variables);
        if (starts.Count > 1 && !isOneshot)
        {
            keys.Problem(starts[1].Entry, "a second command is for Type=oneshot only");
        }

        // A oneshot runs several in a row: all but the last are steps before it.
        foreach (var (line, entry) in starts[..^1])
        {
            AddStep(keys, "before_start", line, entry, "start_timeout");
        }

        var (main, start) = starts[^1];
        keys.Part.Set("command", main.Command, start.Line);
        Explain(keys, main, start, isStep: false);
        After(keys, variables);
        Stop(keys, variables);
        Reload(keys, variables, reloadsByNotice);
    }

    private static void Before(UnitKeys keys, Dictionary<string, string> variables)
    {
        foreach (var (line, entry) in Lines(keys, variables, "ExecCondition"))
        {
            AddStep(keys, "before_start", line, entry, "");
            keys.Part.Note(entry.Line, "a condition that fails skips the start for systemd; here it is a failed start");
        }

        foreach (var (line, entry) in Lines(keys, variables, "ExecStartPre"))
        {
            AddStep(keys, "before_start", line, entry, "");
        }
    }

    private static void After(UnitKeys keys, Dictionary<string, string> variables)
    {
        foreach (var (line, entry) in Lines(keys, variables, "ExecStartPost"))
        {
            keys.Part.Note(entry.Line, $"nothing is run after a start; what needs doing once is a job of its own:\n{keys.Part.Name}-after: {{kind: oneshot, command: {DraftYaml.Flow(line.Command)}, depends_on: {{{keys.Part.Name}: ready}}}}");
        }

        foreach (var (line, entry) in Lines(keys, variables, "ExecStopPost"))
        {
            keys.Part.Add("cleanup", new DraftMap([("run", StepCommand(line))]), entry.Line);
            Explain(keys, line, entry, isStep: true);
        }

        // Hooks run newest first, these lines in their order.
        (keys.Part.Get("cleanup") as DraftList)?.Items.Reverse();
    }

    private static void AddStep(UnitKeys keys, string path, ExecLine line, UnitEntry entry, string timeoutOf)
    {
        var timeout = timeoutOf.Length > 0 ? (keys.Part.Get(timeoutOf) as DraftText)?.Template : null;
        keys.Part.Add(path, DraftMap.Of(("run", StepCommand(line)), ("timeout", timeout is null or "none" ? null : DraftValue.Of(timeout))), entry.Line);
        Explain(keys, line, entry, isStep: true);
    }

    // A step whose failure counts for nothing needs somebody who forgets it.
    private static DraftList StepCommand(ExecLine line) => line.IgnoresFailure ? DraftCommand.Shell(line.Script + " || :") : line.Command;

    private static void Explain(UnitKeys keys, ExecLine line, UnitEntry entry, bool isStep)
    {
        if (line.NeedsShell)
        {
            keys.Part.Note(entry.Line, "its variables are known only when it starts, so a shell fills them in");
        }

        if (line.Prefixes.Contains('@', StringComparison.Ordinal))
        {
            keys.Part.Note(entry.Line, "a program cannot be given another name (@)");
        }

        if (line.Prefixes.AsSpan().ContainsAny('+', '!'))
        {
            keys.Part.Note(entry.Line, isStep ? AsRoot : "it runs as the job's user (+ and ! have no counterpart)");
        }

        if (line.IgnoresFailure && !isStep)
        {
            keys.Part.Note(entry.Line, "its failure counts here (- before a command is for steps)");
        }
    }

    private static void Stop(UnitKeys keys, Dictionary<string, string> variables)
    {
        var mode = keys.Last("KillMode");
        var signal = SignalOf(keys, keys.Last("KillSignal"));
        var time = keys.Time(keys.Last("TimeoutStopSec") ?? keys.Last("TimeoutSec")) ?? "90s";
        // 0 means no limit there.
        var wait = time is "none" or "0s" ? "365d" : time;
        if (mode?.Value is null or "control-group")
        {
            keys.Part.Set("stop.to", "group", mode?.Line);
        }
        else if (mode.Value == "none")
        {
            keys.Part.Note(mode.Line, "what a job leaves behind is always ended");
        }

        if (Lines(keys, variables, "ExecStop") is not { Count: > 0 } stops)
        {
            keys.Part.Set("stop.signal", signal ?? "SIGTERM");
            keys.Part.Set("stop.timeout", wait);
            return;
        }

        foreach (var (line, entry) in stops)
        {
            keys.Part.Add("stop.steps", IsKill(line) is { } sent
                ? new DraftMap([("signal", DraftValue.Of(sent)), ("wait", DraftValue.Of(wait))])
                : new DraftMap([("run", StepCommand(line)), ("wait", DraftValue.Of(wait))]), entry.Line);
            Explain(keys, line, entry, isStep: true);
        }

        keys.Part.Add("stop.steps", new DraftMap([("signal", DraftValue.Of(signal ?? "SIGTERM")), ("wait", DraftValue.Of(wait))]));
        keys.Part.Add("stop.steps", new DraftMap([("signal", DraftValue.Of("SIGKILL"))]));
    }

    private static string? SignalOf(UnitKeys keys, UnitEntry? entry) =>
        entry is null ? null : ImportedSignal.Of(entry.Value, message => keys.Problem(entry, message));

    private static void Reload(UnitKeys keys, Dictionary<string, string> variables, bool reloadsByNotice)
    {
        var lines = Lines(keys, variables, "ExecReload");
        var own = keys.Last("ReloadSignal");
        if (lines.Count == 0)
        {
            if (reloadsByNotice)
            {
                keys.Part.Set("reload.signal", SignalOf(keys, own) ?? "SIGHUP", own?.Line);
            }

            return;
        }

        // A signal by itself needs no command; more of them are one script.
        if (lines is [var (single, only)])
        {
            if (IsKill(single) is { } signal)
            {
                keys.Part.Set("reload.signal", signal, only.Line);
            }
            else
            {
                keys.Part.Set("reload.run", StepCommand(single), only.Line);
                Explain(keys, single, only, isStep: true);
            }

            return;
        }

        var script = string.Join(" && ", lines.Select(entry => entry.Line.IgnoresFailure ? $"{{ {entry.Line.Script} || :; }}" : entry.Line.Script));
        keys.Part.Set("reload.run", DraftCommand.Shell(script), lines[0].Entry.Line);
        lines.ForEach(entry => Explain(keys, entry.Line, entry.Entry, isStep: true));
    }

    // `kill -HUP $MAINPID`
    private static string? IsKill(ExecLine line)
    {
        var found = Kill().Match(string.Join(' ', line.Words));
        return !found.Success ? null
            : Specs.Signal.TryParse(found.Groups["signal"].Success ? found.Groups["signal"].Value : "TERM", out var signal) ? signal.Name : null;
    }

    private static List<(ExecLine Line, UnitEntry Entry)> Lines(UnitKeys keys, Dictionary<string, string> variables, string key)
    {
        var lines = new List<(ExecLine, UnitEntry)>();
        foreach (var entry in keys.All("Service", key))
        {
            if (ExecLine.Read(keys.Text(entry), variables, message => keys.Problem(entry, message)) is { } line)
            {
                lines.Add((line, entry));
            }
        }

        return lines;
    }

    [GeneratedRegex(@"^(/usr)?(/bin/)?kill (-s (SIG)?(?<signal>[A-Z0-9+-]+) |-(?<signal>[A-Z0-9+-]+) )?(-- )?(\$MAINPID|\$\$\{MAINPID\})$")]
    private static partial Regex Kill();
}
