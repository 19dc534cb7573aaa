namespace Supervisor.Import.Systemd;

/// <summary>As whom, where and with which variables a service runs.</summary>
internal static class ServiceProcess
{
    public static void Import(UnitKeys keys)
    {
        foreach (var (theirs, ours) in new[] { ("User", "user"), ("Group", "group"), ("RootDirectory", "chroot") })
        {
            if (keys.Last(theirs) is { } entry)
            {
                keys.Part.Set(ours, keys.Text(entry), entry.Line);
            }
        }

        foreach (var entry in keys.All("Service", "SupplementaryGroups"))
        {
            foreach (var group in keys.Text(entry).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                keys.Part.Add("supplementary_groups", DraftValue.Of(group), entry.Line);
            }
        }

        Directory(keys);
        Environment(keys);
        Streams(keys);
        if (keys.Last("UMask") is { } umask)
        {
            keys.Part.Set("umask", umask.Value.PadLeft(4, '0'), umask.Line);
        }

        if (keys.Last("NoNewPrivileges") is { } privileges && UnitKeys.IsTrue(privileges))
        {
            keys.Part.Set("no_new_privileges", DraftValue.True, privileges.Line);
        }

        foreach (var entry in keys.All("Service", "LoadCredential"))
        {
            // ID:PATH; without a path it comes from where systemd keeps its own.
            var (id, path) = keys.Text(entry).Split(':', 2) is [var first, ['/', ..] second] ? (first, second) : ("", "");
            if (id.Length > 0)
            {
                keys.Part.SetIn("credentials", id, path, entry.Line);
            }
            else
            {
                keys.Part.Note(entry.Line, "say the file: credentials: {ID: /path}");
            }
        }

        foreach (var entry in keys.All("Service", "AmbientCapabilities"))
        {
            foreach (var capability in entry.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                keys.Part.Add("capabilities", DraftValue.Of(capability), entry.Line);
            }
        }
    }

    /// <summary>What Environment= says, for the commands; nothing when a file may say otherwise.</summary>
    public static Dictionary<string, string> Variables(UnitKeys keys)
    {
        var variables = new Dictionary<string, string>();
        if (keys.Has("Service", "EnvironmentFile"))
        {
            return variables;
        }

        foreach (var entry in keys.All("Service", "Environment"))
        {
            foreach (var assignment in UnitWords.Split(keys.Text(entry)) ?? [])
            {
                if (assignment.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                {
                    variables[assignment[..at]] = assignment[(at + 1)..];
                }
            }
        }

        return variables;
    }

    private static void Directory(UnitKeys keys)
    {
        if (keys.Last("WorkingDirectory") is not { } entry)
        {
            return;
        }

        var path = keys.Text(entry);
        if (path is "~" or "-~")
        {
            keys.Part.Note(entry.Line, "write the home directory of the user: directory: /home/...");
            return;
        }

        keys.Part.Set("directory", path.TrimStart('-'), entry.Line);
        if (path.StartsWith('-'))
        {
            keys.Part.Note(entry.Line, "here it has to exist");
        }
    }

    private static void Environment(UnitKeys keys)
    {
        foreach (var entry in keys.All("Service", "Environment"))
        {
            if (UnitWords.Split(keys.Text(entry)) is not { } assignments)
            {
                keys.Problem(entry, "a quote is not closed");
                continue;
            }

            foreach (var assignment in assignments)
            {
                var at = assignment.IndexOf('=', StringComparison.Ordinal);
                if (at < 1)
                {
                    keys.Problem(entry, $"'{assignment}' is not NAME=value");
                    continue;
                }

                keys.Part.SetIn("environment", assignment[..at], assignment[(at + 1)..], entry.Line);
            }
        }

        if (keys.Has("Service", "EnvironmentFile") && keys.All("Service", "Environment") is [var first, ..])
        {
            keys.Part.Note(first.Line, "here `environment:` wins over `environment_file:`; what the file is to change has to be taken out");
        }

        foreach (var entry in keys.All("Service", "EnvironmentFile"))
        {
            keys.Part.Add("environment_file", DraftValue.Of(keys.Text(entry)), entry.Line);
        }

        foreach (var entry in keys.All("Service", "PassEnvironment"))
        {
            keys.Part.Note(entry.Line, "a job has the supervisor's environment already");
        }
    }

    private static void Streams(UnitKeys keys)
    {
        foreach (var (key, ours) in new[] { ("StandardOutput", "stdout"), ("StandardError", "stderr") })
        {
            if (keys.Last(key) is not { } entry)
            {
                continue;
            }

            var (word, path) = keys.Text(entry).Split(':', 2) is [var first, var second] ? (first, second) : (keys.Text(entry), "");
            var target = word switch
            {
                "journal" or "journal+console" or "syslog" or "syslog+console" or "kmsg" or "kmsg+console" => "journal",
                "null" => "null",
                "inherit" => ours == "stderr" ? "stdout" : "journal",
                "tty" => "console",
                "append" or "file" or "truncate" => "append:" + path,
                _ => null,
            };
            if (target is null)
            {
                keys.Part.Note(entry.Line, "its output goes where `log:` says");
                continue;
            }

            keys.Part.Set($"log.{ours}", target, entry.Line);
            if (word is "truncate" or "file" or "kmsg" or "kmsg+console")
            {
                keys.Part.Note(entry.Line, word is "truncate" or "file" ? "it is appended to" : "the journal takes the place of the kernel's log");
            }
        }
    }
}
