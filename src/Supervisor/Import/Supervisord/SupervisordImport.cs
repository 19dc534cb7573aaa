using Supervisor.Configuration;

namespace Supervisor.Import.Supervisord;

/// <summary>supervisord.conf with what it includes.</summary>
internal sealed class SupervisordImport(Problems problems, Func<string, IEnumerable<ImportSource>> included)
{
    private const string ListenerWhy =
        "an event listener speaks supervisord's own protocol on stdin and stdout. `supervisor events -f -o json` gives the same news to a program, `essential: true` ends the supervisor with a job, `on_failure:` runs a command";

    public Draft Draft(ImportSource main)
    {
        var draft = new Draft();
        var sections = Merged(IniFile.Read(main, problems));
        foreach (var include in sections.Where(section => section.Name == "include").ToList())
        {
            sections.Remove(include);
            var keys = new SectionKeys(include, new(main.Directory), problems);
            foreach (var pattern in (keys.Text("files")?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                sections.AddRange(included(pattern).SelectMany(file => IniFile.Read(file, problems)));
            }

            keys.TellRest(draft.Rest, _ => "not a key of [include]");
        }

        sections = Merged(sections);
        var groups = Groups(sections, draft);
        foreach (var section in sections)
        {
            Section(section, groups, draft);
        }

        TellOrder(draft);
        return draft;
    }

    // A section that is written twice is one.
    private static List<IniSection> Merged(List<IniSection> sections) =>
        [.. sections.GroupBy(section => section.Name).Select(same => same.First() with { Entries = [.. same.SelectMany(section => section.Entries)] })];

    private void Section(IniSection section, Dictionary<string, string> groups, Draft draft)
    {
        var (kind, name) = section.Name.IndexOf(':') is var at and > 0 ? (section.Name[..at], section.Name[(at + 1)..].Trim()) : (section.Name, "");
        switch (kind)
        {
            case "program" or "fcgi-program" when name.Length == 0:
                problems.Add(IniFile.At(section.Line), $"[{section.Name}] has no name");
                break;
            case "program" or "fcgi-program":
                ProgramImport.Import(section, name, groups.GetValueOrDefault(name, name), draft.Job(name), kind == "fcgi-program", problems);
                break;
            case "eventlistener":
                draft.Rest.Note(section.Line, ListenerWhy);
                TellAll(section, draft.Rest, "a line of that event listener");
                break;
            case "group" or "include":
                break;
            default:
                ServerImport.Import(section, draft, problems);
                break;
        }
    }

    private Dictionary<string, string> Groups(List<IniSection> sections, Draft draft)
    {
        var groups = new Dictionary<string, string>();
        foreach (var section in sections.Where(section => section.Name.StartsWith("group:", StringComparison.Ordinal)))
        {
            var keys = new SectionKeys(section, new(section.Source.Directory), problems);
            var programs = (keys.Text("programs")?.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (var program in programs)
            {
                groups[program] = section.Name["group:".Length..];
                if (!sections.Exists(one => one.Name == "program:" + program || one.Name == "fcgi-program:" + program))
                {
                    problems.Add(IniFile.At(section.Line), $"[{section.Name}] names the program '{program}', which does not exist");
                }
            }

            draft.Rest.Note(section.Line, $"there are no groups: name the jobs ({string.Join(' ', programs.Select(Import.Draft.NameOf))}), or use patterns such as 'app-*'");
            keys.TellRest(draft.Rest, _ => "there are no groups");
        }

        return groups;
    }

    private static void TellAll(IniSection section, DraftPart part, string why)
    {
        foreach (var entry in section.Entries)
        {
            part.Note(entry.Line, why);
        }
    }

    // Priorities say an order and no more: dependencies would be an invention, so they are proposed.
    private static void TellOrder(Draft draft)
    {
        var ordered = draft.Jobs.Where(job => job.Notes.Exists(IsPriority)).Select(job => (Job: job, Priority: int.Parse(Value(job)))).OrderBy(entry => entry.Priority).ToList();
        foreach (var (job, priority) in ordered)
        {
            var before = ordered.Where(other => other.Priority < priority).GroupBy(other => other.Priority).LastOrDefault()?.Select(other => other.Job.Name) ?? [];
            var at = job.Notes.FindIndex(IsPriority);
            var proposal = string.Join(", ", before.Select(name => $"{name}: started"));
            job.Notes[at] = job.Notes[at] with
            {
                Why = proposal.Length == 0 ? "all jobs start at once, except for those that wait for another (depends_on)"
                    : $"all jobs start at once, except for those that wait for another; this order would be:\ndepends_on: {{{proposal}}}",
            };
        }

        static bool IsPriority(DraftNote note) => note.Why == ProgramImport.PriorityMark;
        static string Value(DraftPart job) => job.Notes.Find(IsPriority)!.Line!.Value.Text.Split('=', ':')[1].Split(';', '#')[0].Trim();
    }
}
