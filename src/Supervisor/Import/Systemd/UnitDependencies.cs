namespace Supervisor.Import.Systemd;

/// <summary>After=, Requires= and their like, as far as both units are among the files.</summary>
internal static class UnitDependencies
{
    public static void Import(UnitKeys keys, IReadOnlyDictionary<string, DraftPart> jobs, Func<string, bool> isOneshot)
    {
        var after = Names(keys, "After");
        var wanted = Names(keys, "Requires", "Requisite", "BindsTo", "Wants", "Upholds", "PartOf");
        foreach (var (unit, entry) in after.Where(pair => jobs.ContainsKey(pair.Unit)))
        {
            keys.Part.SetIn("depends_on", jobs[unit].Name, isOneshot(unit) ? "succeeded" : "ready", entry.Line);
        }

        foreach (var (unit, entry) in wanted.Where(pair => jobs.ContainsKey(pair.Unit)))
        {
            if ((keys.Part.Get("depends_on") as DraftMap)?[jobs[unit].Name] is null)
            {
                // Without After= both start at once.
                keys.Part.Note(entry.Line, $"both start with the supervisor; `depends_on: {{{jobs[unit].Name}: ready}}` would make it wait");
            }
            else if (entry.Key is "BindsTo" or "PartOf")
            {
                keys.Part.Set("on_dependency_restart", entry.Key == "PartOf" ? "restart" : "stop", entry.Line);
            }
        }

        foreach (var entry in after.Concat(wanted).Where(pair => !jobs.ContainsKey(pair.Unit)).Select(pair => pair.Entry).Distinct())
        {
            keys.Part.Note(entry.Line, entry.Value.Contains(".target", StringComparison.Ordinal) && !entry.Value.Contains(".service", StringComparison.Ordinal)
                ? "the supervisor's own unit waits for what the machine needs to be up"
                : "not among the files: the supervisor's own unit can wait for it, or import both together");
        }
    }

    private static List<(string Unit, UnitEntry Entry)> Names(UnitKeys keys, params string[] kinds) =>
    [
        .. from entry in keys.All("Unit", kinds)
           from unit in entry.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           select (UnitSpecifiers.Expand(unit, keys.Name, message => keys.Problem(entry, message)), entry),
    ];
}
