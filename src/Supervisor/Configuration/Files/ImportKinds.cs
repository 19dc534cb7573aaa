using System.Text.RegularExpressions;

namespace Supervisor.Configuration.Files;

/// <summary>Tells what a file is, by its name, else by what is in it.</summary>
internal static partial class ImportKinds
{
    private static readonly string[] _unitSuffixes = [".service", ".socket", ".timer", ".target", ".path", ".mount", ".slice"];

    public static string InWords(ImportKind kind) => kind switch
    {
        ImportKind.Supervisord => "a supervisord configuration",
        ImportKind.Compose => "a compose file",
        ImportKind.Procfile => "a Procfile",
        _ => "systemd units",
    };

    /// <summary>Null when it cannot be told.</summary>
    public static ImportKind? Of(string path, string text)
    {
        var name = Path.GetFileName(path);
        if (_unitSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            return ImportKind.Systemd;
        }

        if (name.StartsWith("Procfile", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".procfile", StringComparison.OrdinalIgnoreCase))
        {
            return ImportKind.Procfile;
        }

        return SupervisordSection().IsMatch(text) ? ImportKind.Supervisord
            : UnitSection().IsMatch(text) ? ImportKind.Systemd
            : Services().IsMatch(text) ? ImportKind.Compose
            : IsOurs(text) ? null
            : ProcfileLine().IsMatch(text) && text.ReplaceLineEndings("\n").Split('\n').All(line => line.Trim() is "" or ['#', ..] || ProcfileLine().IsMatch(line)) ? ImportKind.Procfile
            : null;
    }

    /// <summary>What a file is that was given as a configuration of ours and surely is none; null: it may be one, with mistakes.</summary>
    // A map with `services:`, or of texts, may be what somebody takes for ours: only its name makes it a compose file, a Procfile.
    public static ImportKind? Foreign(string path, string text) => IsOurs(text) ? null : Of(path, text) switch
    {
        ImportKind.Compose when !Path.GetFileName(path).Contains("compose", StringComparison.OrdinalIgnoreCase) => null,
        ImportKind.Procfile when !Path.GetFileName(path).Contains("procfile", StringComparison.OrdinalIgnoreCase) => null,
        var kind => kind,
    };

    /// <summary>Whether it looks like our own format.</summary>
    public static bool IsOurs(string text) => Jobs().IsMatch(text);

    [GeneratedRegex(@"^\[(program:|supervisord\]|supervisorctl\]|group:|eventlistener:|fcgi-program:|unix_http_server\]|inet_http_server\])", RegexOptions.Multiline)]
    private static partial Regex SupervisordSection();

    [GeneratedRegex(@"^\[(Unit|Service|Socket|Timer|Install)\]", RegexOptions.Multiline)]
    private static partial Regex UnitSection();

    [GeneratedRegex(@"^services\s*:", RegexOptions.Multiline)]
    private static partial Regex Services();

    [GeneratedRegex(@"^jobs\s*:", RegexOptions.Multiline)]
    private static partial Regex Jobs();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+:\s*\S", RegexOptions.Multiline)]
    private static partial Regex ProcfileLine();
}
