using Supervisor.Configuration;

namespace Supervisor.Import.Systemd;

/// <summary>Unit files: services become jobs; sockets, timers and drop-ins belong to the service of their name.</summary>
internal sealed class SystemdImport(Problems problems)
{
    private readonly Dictionary<string, List<UnitEntry>> _units = [];
    private readonly List<string> _order = [];

    public Draft Draft(List<ImportSource> sources)
    {
        var draft = new Draft();
        foreach (var source in sources)
        {
            if (UnitOf(source, sources) is { } unit)
            {
                Add(unit, UnitFile.Read(source, problems));
            }
            else
            {
                problems.Add(new(source.Path, 1, 1), $"a drop-in without its unit: give UNIT.service too, and keep the drop-in in UNIT.service.d/ when there are several units");
            }
        }

        var services = _order.Where(unit => unit.EndsWith(".service", StringComparison.Ordinal)).ToList();
        if (services.Count == 0 && problems.Count == 0)
        {
            problems.Add(new(sources[0].Path, 1, 1), "there is no .service unit among the files: give it together with what belongs to it");
        }

        // In two rounds: one service may name another that comes later.
        var jobs = services.ToDictionary(unit => unit, unit => draft.Job(JobName(unit)));
        foreach (var unit in services)
        {
            var keys = new UnitKeys(unit, _units[unit], jobs[unit], problems);
            ServiceUnit.Import(keys, jobs, IsOneshot);
        }

        foreach (var unit in _order.Except(services))
        {
            Other(unit, jobs, draft);
        }

        return draft;
    }

    private void Add(string unit, List<UnitEntry> entries)
    {
        if (_units.TryGetValue(unit, out var already))
        {
            already.AddRange(entries);
            return;
        }

        _units[unit] = entries;
        _order.Add(unit);
    }

    /// <summary>The unit that a file is of; null for a drop-in that cannot be placed.</summary>
    private static string? UnitOf(ImportSource source, List<ImportSource> sources)
    {
        if (Path.GetExtension(source.Name) is ".service" or ".socket" or ".timer" or ".target" or ".path" or ".mount" or ".slice")
        {
            return source.Name;
        }

        var directory = Path.GetFileName(source.Directory);
        if (directory.EndsWith(".d", StringComparison.Ordinal) && Path.GetExtension(directory[..^2]).Length > 1)
        {
            var unit = directory[..^2];
            return sources.Exists(other => other.Name == unit) ? unit : null;
        }

        var services = sources.Where(other => other.Name.EndsWith(".service", StringComparison.Ordinal)).ToList();
        // The only file, whatever its name: a unit; a nameless one beside one service: a drop-in.
        return services.Count == 1 ? services[0].Name : sources.Count == 1 ? Path.GetFileNameWithoutExtension(source.Name) + ".service" : null;
    }

    private static string JobName(string unit)
    {
        var (prefix, instance) = UnitSpecifiers.Parts(unit);
        return string.IsNullOrEmpty(instance) ? prefix : $"{prefix}-{instance}";
    }

    private bool IsOneshot(string unit) => _units[unit].LastOrDefault(entry => entry.Section == "Service" && entry.Key == "Type")?.Value == "oneshot";

    private void Other(string unit, Dictionary<string, DraftPart> jobs, Draft draft)
    {
        var named = _units[unit].LastOrDefault(entry => entry.Key is "Service" or "Unit" && entry.Section is "Socket" or "Timer")?.Value;
        var stem = unit[..unit.LastIndexOf('.')];
        var service = named ?? (jobs.ContainsKey(stem + ".service") ? stem + ".service" : stem.TrimEnd('@') + "@.service");
        var job = jobs.GetValueOrDefault(service);
        var kind = Path.GetExtension(unit);
        if (job is null || kind is not (".socket" or ".timer"))
        {
            var why = kind is ".socket" or ".timer" ? $"belongs to {service}, which is not among the files" : $"a {kind} unit has no counterpart";
            foreach (var entry in _units[unit])
            {
                draft.Rest.Note(entry.Line, why);
            }

            return;
        }

        var keys = new UnitKeys(unit, _units[unit], job, problems);
        if (kind == ".socket")
        {
            SocketUnit.Import(keys, _units[service].Exists(entry => entry is { Section: "Install", Key: "WantedBy", Value.Length: > 0 }));
        }
        else
        {
            TimerUnit.Import(keys);
        }
    }
}
