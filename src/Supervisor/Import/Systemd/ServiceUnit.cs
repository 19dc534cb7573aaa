namespace Supervisor.Import.Systemd;

/// <summary>A .service unit becomes a job.</summary>
internal static class ServiceUnit
{
    public static void Import(UnitKeys keys, IReadOnlyDictionary<string, DraftPart> jobs, Func<string, bool> isOneshot)
    {
        if (keys.All("Unit", "Description").LastOrDefault() is { } description)
        {
            keys.Part.Title = keys.Text(description);
        }

        var type = keys.Last("Type");
        Type(keys, type);
        if (UnitSpecifiers.Parts(keys.Name).Instance is "")
        {
            keys.Part.Set("instances", "1");
            keys.Part.Remark($"a template: its instances are {keys.Part.Name}@0, {keys.Part.Name}@1, ...; `instances` says how many");
        }

        ServiceProcess.Import(keys);
        ServiceCommands.Import(keys, type?.Value == "oneshot", type?.Value is "notify-reload");
        ServiceRestart.Import(keys, type?.Value == "oneshot");
        ServiceLimits.Import(keys);
        UnitDependencies.Import(keys, jobs, isOneshot);
        // That it is enabled: it starts with the supervisor.
        _ = keys.All("Install", "WantedBy", "RequiredBy");
        keys.TellRest(UnitReasons.For);
    }

    private static void Type(UnitKeys keys, UnitEntry? type)
    {
        switch (type?.Value)
        {
            case null or "simple" or "exec" or "idle":
                break;
            case "notify" or "notify-reload":
                keys.Part.Set("ready", "notify", type.Line);
                _ = keys.Last("NotifyAccess");
                break;
            case "oneshot":
                keys.Part.Set("kind", "oneshot", type.Line);
                // A completed oneshot stays completed, which is what others wait for.
                _ = keys.Last("RemainAfterExit");
                break;
            case "forking":
                keys.Part.Note(type.Line, "the program must stay in the foreground: leave its option for a daemon out, or give the one for the foreground. The supervisor would take the end of its first process for its end");
                break;
            case "dbus":
                keys.Part.Note(type.Line, "nobody waits for a name on D-Bus: it counts as ready when it runs, or as `ready:` says");
                break;
            default:
                keys.Problem(type, $"unknown type '{type.Value}'{Configuration.Suggestions.For(type.Value, ["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"])}");
                break;
        }

        if (keys.Last("PIDFile") is { } pidFile)
        {
            keys.Part.Note(pidFile.Line, "the supervisor knows the pid of what it starts");
        }
    }
}
