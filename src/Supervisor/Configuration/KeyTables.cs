using System.Text;
using Supervisor.Configuration.Keys;

namespace Supervisor.Configuration;

/// <summary>Writes the tables of the manual chapter from the key tables.</summary>
public static class KeyTables
{
    /// <summary>Every section, in the order of the manual.</summary>
    internal static Section[] Sections()
    {
        return
        [
            FileKeys.File, FileKeys.Supervisor, FileKeys.Control, FileKeys.Http, FileKeys.RestartLimit, JobKeys.Job, JobKeys.Step, JobKeys.Restart, JobKeys.AfterLimit,
            ProbeKeys.Ready, ProbeKeys.Health,
            JobKeys.Stop, JobKeys.StopStep, JobKeys.Reload, JobKeys.Schedule, JobKeys.Socket, JobKeys.Rolling, JobKeys.Log, JobKeys.Limits, JobKeys.IoNice, JobKeys.Scheduling,
        ];
    }

    /// <summary>Every section with its keys, types and defaults, as Markdown.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var section in Sections())
        {
            text.Append($"### {section.Name}\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
            foreach (var key in section.Keys)
            {
                var value = key.Default is null ? "" : key.Default.StartsWith('(') ? key.Default[1..^1] : $"`{key.Default}`";
                text.Append($"| `{key.Name}` | {key.Shape.InWords} | {value} | {key.Meaning} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
