using System.Globalization;
using Supervisor.Configuration;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;

namespace Supervisor.Import.Supervisord;

/// <summary>A [program:x] or [fcgi-program:x] becomes a job.</summary>
internal static class ProgramImport
{
    /// <summary>Stands for a priority until all of them are known.</summary>
    public const string PriorityMark = "priority";

    private static readonly Dictionary<string, string> _reasons = new()
    {
        ["process_name"] = "instances are called by their job and number: web@0, web@1",
        ["serverurl"] = "commands find the supervisor by -s, -c or the usual places",
        ["socket"] = "a FastCGI program gets its socket as file descriptor 0 from supervisord; here it has to listen by itself (php-fpm does), or take LISTEN_FDS",
        ["socket_owner"] = "see socket=",
        ["socket_mode"] = "see socket=",
        ["socket_backlog"] = "see socket=",
        ["stdout_events_enabled"] = "log lines are no events: `supervisor logs -f -o json` has them",
        ["stderr_events_enabled"] = "log lines are no events: `supervisor logs -f -o json` has them",
        ["stdout_capture_maxbytes"] = "there is no capture mode: `supervisor logs` and the state board take its place",
        ["stderr_capture_maxbytes"] = "there is no capture mode: `supervisor logs` and the state board take its place",
    };

    public static void Import(IniSection section, string name, string group, DraftPart job, bool isFastCgi, Problems problems)
    {
        var plain = new SectionKeys(section, new(section.Source.Directory, name, group), problems);
        var count = plain.Number("numprocs", 1);
        var first = plain.Number("numprocs_start");
        var keys = new SectionKeys(section, new(section.Source.Directory, name, group, count?.Value ?? 1, first?.Value ?? 0), problems);
        _ = (keys.Take("numprocs"), keys.Take("numprocs_start"));
        Instances(keys, job, count, first);
        if (isFastCgi)
        {
            job.Note(section.Line, "a FastCGI program of supervisord: see socket= below");
        }

        Command(keys, job, problems);
        Process(keys, job);
        Starting(keys, job);
        Stopping(keys, job);
        ProgramLogs.Import(keys, job);
        if (keys.Take("priority") is { } priority)
        {
            job.Note(priority.Line, int.TryParse(priority.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? PriorityMark : "");
            if (job.Notes[^1].Why.Length == 0)
            {
                keys.Problem(priority, $"expected a number, found '{priority.Value}'");
            }
        }

        keys.TellRest(job, key => _reasons.GetValueOrDefault(key, "no counterpart; supervisord does not document this key either"));
    }

    private static void Instances(SectionKeys keys, DraftPart job, (IniEntry Entry, int Value)? count, (IniEntry Entry, int Value)? first)
    {
        if (count is { Value: > 1 } several)
        {
            job.Set("instances", several.Value.ToString(), several.Entry.Line);
            if (several.Value > JobKeys.MostInstances)
            {
                keys.Problem(several.Entry, $"at most {JobKeys.MostInstances} instances");
            }

            if (first is { Value: > 0 } start)
            {
                job.Note(start.Entry.Line, "instances are numbered from 0: where the number matters (ports), count it in");
            }
        }

        if (keys.Take("process_name") is { } name && name.Value is not "%(program_name)s")
        {
            job.Note(name.Line, _reasons["process_name"]);
        }
    }

    private static void Command(SectionKeys keys, DraftPart job, Problems problems)
    {
        if (keys.Text("command") is not { } command)
        {
            problems.Add(IniFile.At(keys.Section.Line), $"[{keys.Section.Name}] has no command=");
            return;
        }

        if (DraftCommand.Of(command.Value, out var problem) is not { } value)
        {
            keys.Problem(command.Entry, problem);
            return;
        }

        job.Set("command", value, command.Entry.Line);
        if (SupervisordVariables.HasNumber(command.Entry.Value) && command.Entry.Value.Contains("%(process_num)0", StringComparison.Ordinal))
        {
            job.Note(command.Entry.Line, "${instance} has no leading zeros");
        }
    }

    private static void Process(SectionKeys keys, DraftPart job)
    {
        foreach (var key in new[] { "directory", "umask", "user" })
        {
            if (keys.Text(key) is { } text)
            {
                var value = key == "directory" && !text.Value.StartsWith('$') ? Path.Combine(keys.Section.Source.Directory, text.Value) : text.Value;
                job.Set(key, key == "umask" ? value.PadLeft(4, '0') : value, text.Entry.Line);
            }
        }

        Environment(keys, job);
    }

    /// <summary>environment= of a program or of supervisord itself.</summary>
    public static void Environment(SectionKeys keys, DraftPart part)
    {
        if (keys.Take("environment") is not { } environment)
        {
            return;
        }

        var pairs = EnvironmentList.Read(environment.Value, message => keys.Problem(environment, message));
        if (pairs.Count > 0)
        {
            part.Set("environment", DraftMap.Of(pairs.GroupBy(pair => pair.Name).Select(same =>
                (same.Key, (DraftValue?)DraftValue.Of(keys.Variables.Expand(same.Last().Value, message => keys.Problem(environment, message)))))), environment.Line);
        }
    }

    private static void Starting(SectionKeys keys, DraftPart job)
    {
        if (keys.Boolean("autostart") is { Value: false } autostart)
        {
            job.Set("start", "manual", autostart.Entry.Line);
        }

        // Unlike here, a program there has one second to prove itself unless it says otherwise.
        var seconds = keys.Number("startsecs");
        if ((seconds?.Value ?? 1) > 0)
        {
            job.Set("ready.after", $"{seconds?.Value ?? 1}s", seconds?.Entry.Line);
        }

        Restart(keys, job, seconds?.Value ?? 1);
    }

    private static void Restart(SectionKeys keys, DraftPart job, int seconds)
    {
        var restart = keys.Take("autorestart");
        var policy = restart?.Value.ToLowerInvariant() switch
        {
            null or "unexpected" => "on-failure",
            "true" or "yes" or "on" or "1" => "always",
            "false" or "no" or "off" or "0" => "never",
            _ => "",
        };
        if (policy.Length == 0)
        {
            keys.Problem(restart!, $"expected true, false or unexpected, found '{restart!.Value}'");
        }

        var codes = keys.Take("exitcodes");
        var success = Codes(keys, codes);
        job.Set("restart.policy", policy, restart?.Line);
        if (policy == "on-failure")
        {
            // A signal is unexpected there, whichever it is.
            job.Set("restart.success", new DraftList([.. success.Select(code => (DraftValue)DraftValue.Of(code))]), codes?.Line);
        }
        else if (codes is not null)
        {
            job.Note(codes.Line, $"says nothing with autorestart={restart!.Value}");
        }

        if (keys.Number("startretries") is { } retries)
        {
            Limit(job, retries.Entry, retries.Value, seconds, policy);
        }
    }

    private static void Limit(DraftPart job, IniEntry entry, int retries, int seconds, string policy)
    {
        if (policy == "never" || retries == 0)
        {
            job.Note(entry.Line, policy == "never" ? "it is never restarted" : "no counterpart for no try at all: `restart: never` comes nearest");
            return;
        }

        // Each try there lasts up to startsecs, and waits a second longer than the one before.
        var within = Math.Max(10L, (retries + 1L) * seconds + retries * (retries + 1L) / 2);
        job.Set("restart.delay", "1s");
        job.Set("restart.limit", Math.Min(retries, 1_000_000).ToString(), entry.Line);
        job.Set("restart.within", Durations.Write(TimeSpan.FromSeconds(within)));
        job.Note(entry.Line, "supervisord counts starts that end before startsecs in a row; here restarts within a time are counted. Without `limit` it is tried for ever, with growing delays");
    }

    private static List<string> Codes(SectionKeys keys, IniEntry? entry)
    {
        var codes = (entry?.Value ?? "0").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        if (entry is not null && codes.Find(code => !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 255) is { } wrong)
        {
            keys.Problem(entry, $"expected exit codes 0..255 with commas between, found '{wrong}'");
        }

        return codes;
    }

    private static void Stopping(SectionKeys keys, DraftPart job)
    {
        if (keys.Take("stopsignal") is { } entry && keys.Signal(entry) is { } signal)
        {
            job.Set("stop.signal", signal, entry.Line);
        }

        if (keys.Number("stopwaitsecs") is { } wait)
        {
            job.Set("stop.timeout", $"{wait.Value}s", wait.Entry.Line);
        }

        if (keys.Boolean("stopasgroup") is { Value: true } group)
        {
            job.Set("stop.to", "group", group.Entry.Line);
        }

        if (keys.Boolean("killasgroup") is { Value: false } alone)
        {
            job.Note(alone.Entry.Line, "what is left of the group is always ended with the job");
        }
    }
}
