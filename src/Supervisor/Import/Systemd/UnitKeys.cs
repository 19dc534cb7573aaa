using System.Globalization;
using Supervisor.Configuration;

namespace Supervisor.Import.Systemd;

/// <summary>A unit with its drop-ins; what nobody takes is told.</summary>
/// <param name="name">Name of the unit, such as <c>web.service</c>.</param>
/// <param name="entries">Of the unit, then of its drop-ins.</param>
internal sealed class UnitKeys(string name, List<UnitEntry> entries, DraftPart part, Problems problems)
{
    private readonly HashSet<UnitEntry> _taken = [];

    public string Name => name;

    /// <summary>The name without its type.</summary>
    public string Stem => name[..name.LastIndexOf('.')];

    public DraftPart Part => part;

    /// <summary>The assignments of a key since it was last emptied.</summary>
    public List<UnitEntry> All(string section, params string[] keys)
    {
        var all = new List<UnitEntry>();
        foreach (var entry in entries.Where(entry => entry.Section == section && keys.Contains(entry.Key)))
        {
            _taken.Add(entry);
            if (entry.Value.Length == 0)
            {
                all.Clear();
            }
            else
            {
                all.Add(entry);
            }
        }

        return all;
    }

    /// <summary>The last assignment of a key in [Service].</summary>
    public UnitEntry? Last(params string[] keys) => All("Service", keys).LastOrDefault();

    public bool Has(string section, string key) => entries.Exists(entry => entry.Section == section && entry.Key == key && entry.Value.Length > 0);

    /// <summary>A value with its specifiers expanded; nothing special to us but our own variables.</summary>
    public string Text(UnitEntry entry) => UnitSpecifiers.Expand(DraftText.Escape(entry.Value), name, message => Problem(entry, message));

    /// <summary>true or false, as systemd writes it.</summary>
    public static bool IsTrue(UnitEntry? entry) => entry?.Value.ToLowerInvariant() is "1" or "yes" or "y" or "true" or "t" or "on";

    /// <summary>A number, or a problem.</summary>
    public int? Number(UnitEntry? entry, int least, int most)
    {
        if (entry is null)
        {
            return null;
        }

        if (int.TryParse(entry.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Problem(entry, $"expected a number {least}..{most}, found '{entry.Value}'");
        return null;
    }

    /// <summary>A time of ours; <c>none</c> for infinity.</summary>
    public string? Time(UnitEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        if (UnitTimes.TryParse(entry.Value, out var time))
        {
            return time is { } limit ? Configuration.Scalars.Durations.Write(limit) : "none";
        }

        Problem(entry, $"expected a time such as 30, 500ms or 1min 30s, found '{entry.Value}'");
        return null;
    }

    public void Problem(UnitEntry entry, string message) => problems.Add(new(entry.Line.File, entry.Line.Number, 1), $"{entry.Key}=: {message}");

    /// <summary>Quotes what nobody took.</summary>
    public void TellRest(Func<UnitEntry, string> why)
    {
        foreach (var entry in entries.Where(entry => !_taken.Contains(entry)))
        {
            part.Note(entry.Line, why(entry));
        }
    }
}
