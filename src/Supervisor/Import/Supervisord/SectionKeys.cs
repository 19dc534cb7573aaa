using System.Globalization;
using Supervisor.Configuration;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;

namespace Supervisor.Import.Supervisord;

/// <summary>The keys of a section; what nobody takes is told.</summary>
internal sealed class SectionKeys(IniSection section, SupervisordVariables variables, Problems problems)
{
    private readonly HashSet<IniEntry> _taken = [];

    public IniSection Section => section;

    public SupervisordVariables Variables => variables;

    /// <summary>The last entry of a key.</summary>
    public IniEntry? Take(string key)
    {
        var entry = section.Entries.FindLast(one => one.Key == key);
        return entry is not null && _taken.Add(entry) ? entry : null;
    }

    /// <summary>An entry and its value with variables expanded.</summary>
    public (IniEntry Entry, string Value)? Text(string key) =>
        Take(key) is { } entry ? (entry, variables.Expand(entry.Value, message => Problem(entry, message))) : null;

    public (IniEntry Entry, bool Value)? Boolean(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case { } entry when entry.Value.ToLowerInvariant() is "true" or "yes" or "on" or "1":
                return (entry, true);
            case { } entry when entry.Value.ToLowerInvariant() is "false" or "no" or "off" or "0":
                return (entry, false);
            case { } entry:
                Wrong(entry, "true or false");
                return null;
        }
    }

    public (IniEntry Entry, int Value)? Number(string key, int least = 0)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return (text.Entry, number);
        }

        if (text.Value.Contains("${", StringComparison.Ordinal))
        {
            Problem(text.Entry, "a number that comes from the environment is not known now; write the number");
        }
        else
        {
            Wrong(text.Entry, $"a number from {least}");
        }

        return null;
    }

    /// <summary>Bytes; KB, MB and GB are powers of 1024 there.</summary>
    public (IniEntry Entry, ulong Value)? Size(string key)
    {
        if (Take(key) is not { } entry)
        {
            return null;
        }

        var text = entry.Value.ToUpperInvariant().Replace("KB", "KiB", StringComparison.Ordinal).Replace("MB", "MiB", StringComparison.Ordinal).Replace("GB", "GiB", StringComparison.Ordinal);
        if (Sizes.TryParse(text, out var bytes))
        {
            return (entry, bytes);
        }

        Wrong(entry, "a size such as 50MB");
        return null;
    }

    /// <summary>Quotes what nobody took.</summary>
    public void TellRest(DraftPart part, Func<string, string> why)
    {
        foreach (var entry in section.Entries.Where(entry => !_taken.Contains(entry)))
        {
            part.Note(entry.Line, section.Entries.FindLast(one => one.Key == entry.Key) != entry ? "written again below: the last one counts" : why(entry.Key));
        }
    }

    public void Problem(IniEntry entry, string message) => problems.Add(IniFile.At(entry.Line), $"{entry.Key}: {message}");

    /// <summary>The name of a signal.</summary>
    public string? Signal(IniEntry entry) => ImportedSignal.Of(entry.Value, message => Problem(entry, message));

    private void Wrong(IniEntry entry, string expected) => Problem(entry, $"expected {expected}, found '{entry.Value}'");
}
