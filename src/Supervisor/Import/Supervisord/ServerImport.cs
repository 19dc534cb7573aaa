using Supervisor.Configuration;

namespace Supervisor.Import.Supervisord;

/// <summary>The sections about supervisord itself.</summary>
internal static class ServerImport
{
    private static readonly Dictionary<string, string> _daemonReasons = new()
    {
        ["logfile"] = "the supervisor logs to standard error: systemd, the container or a redirection keep it",
        ["logfile_maxbytes"] = "see logfile=",
        ["logfile_backups"] = "see logfile=",
        ["loglevel"] = "see logfile=",
        ["pidfile"] = "a lock in the runtime directory keeps a second one out; `supervisor status -o json` tells the pid",
        ["nodaemon"] = "`supervisor run` always stays in the foreground",
        ["silent"] = "`supervisor run` 2>/dev/null",
        ["minfds"] = "the supervisor raises its own limit; a job's is `limits: {nofile: ...}`",
        ["minprocs"] = "a job's limit is `limits: {nproc: ...}`",
        ["user"] = "start the supervisor as this user (User= of its unit)",
        ["directory"] = "start the supervisor there; a job's directory is its own",
        ["identifier"] = "no counterpart",
        ["nocleanup"] = "nothing is removed at the start",
        ["strip_ansi"] = "log files get the bytes as they are; terminals get them neutralised",
    };

    public static void Import(IniSection section, Draft draft, Problems problems)
    {
        var keys = new SectionKeys(section, new(section.Source.Directory), problems);
        switch (section.Name)
        {
            case "supervisord":
                Daemon(keys, draft);
                keys.TellRest(draft.Supervisor, key => _daemonReasons.GetValueOrDefault(key, "no counterpart"));
                break;
            case "unix_http_server":
                Socket(keys, draft.Supervisor);
                keys.TellRest(draft.Supervisor, key => key is "username" or "password"
                    ? "who may connect is told by the kernel: root, the owner, and `control: {group: ...}`" : "no counterpart");
                break;
            case "inet_http_server":
                Http(keys, draft.Supervisor);
                keys.TellRest(draft.Supervisor, key => key is "username" or "password"
                    ? "clients show a token instead: `http: {token_file: ...}`" : "no counterpart");
                break;
            default:
                var why = section.Name switch
                {
                    "supervisorctl" => "the supervisor's own commands find it by -s, -c or the usual places",
                    _ when section.Name.StartsWith("rpcinterface:", StringComparison.Ordinal) => "there is one interface: HTTP and JSON, docs/control-api.md",
                    _ when section.Name.StartsWith("ctlplugin:", StringComparison.Ordinal) => "there are no plugins",
                    _ => "no counterpart; not a section of supervisord",
                };
                draft.Rest.Note(section.Line, why);
                keys.TellRest(draft.Rest, _ => why);
                break;
        }
    }

    private static void Daemon(SectionKeys keys, Draft draft)
    {
        if (keys.Text("childlogdir") is { } logs)
        {
            draft.Supervisor.Set("log_directory", Path.Combine(keys.Section.Source.Directory, logs.Value), logs.Entry.Line);
        }

        if (keys.Text("umask") is { } umask)
        {
            draft.Defaults.Set("umask", umask.Value.PadLeft(4, '0'), umask.Entry.Line);
        }

        ProgramImport.Environment(keys, draft.Defaults);
    }

    private static void Socket(SectionKeys keys, DraftPart supervisor)
    {
        if (keys.Take("file") is { } file)
        {
            supervisor.Note(file.Line, "programs of supervisord cannot speak with our socket, so it has its own place: `control: {socket: ...}` sets another");
        }

        var (mode, owner) = (keys.Take("chmod"), keys.Take("chown"));
        if (owner is not null && owner.Value.Split(':') is [_, { Length: > 0 } group] && !group.Contains('%'))
        {
            supervisor.Set("control.group", DraftValue.Literal(group), owner.Line);
            // The group's digit: who may write to supervisord's socket may do everything.
            if (mode?.Value is { Length: >= 3 } digits && digits[^2] is '6' or '7')
            {
                supervisor.Set("control.group_may", "all", mode.Line);
                return;
            }
        }
        else if (owner is not null)
        {
            supervisor.Note(owner.Line, "the socket belongs to the supervisor's user");
        }

        if (mode is not null)
        {
            supervisor.Note(mode.Line, "the socket's mode is always 0660: root and the owner may do everything, `control: {group, group_may}` lets a group in");
        }
    }

    private static void Http(SectionKeys keys, DraftPart supervisor)
    {
        if (keys.Text("port") is { } port)
        {
            var listen = port.Value.StartsWith("*:", StringComparison.Ordinal) ? "0.0.0.0" + port.Value[1..]
                : port.Value.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + port.Value["localhost".Length..]
                : port.Value.StartsWith(':') ? "0.0.0.0" + port.Value : port.Value;
            supervisor.Set("http.listen", listen, port.Entry.Line);
            supervisor.Note(port.Entry.Line, "the dashboard and the API are there, and ask for a token: docs/dashboard.md");
        }
    }
}
