using System.Text.Json;
using System.Text.RegularExpressions;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>The docstrings of the messages, read from their sources: said once, there.</summary>
internal sealed partial class MessageDocumentation
{
    private readonly Dictionary<(string Type, string? Member), string> _words = [];

    private MessageDocumentation()
    {
    }

    /// <summary>Reads Control/Messages.</summary>
    public static MessageDocumentation Read()
    {
        var documentation = new MessageDocumentation();
        foreach (var file in Directory.GetFiles(Path.Combine(Built.Repository, "src/Supervisor/Control/Messages"), "*.cs"))
        {
            documentation.Read(File.ReadAllText(file));
        }

        return documentation;
    }

    /// <summary>What is said of a type, or of a member by its name in JSON; null: nothing.</summary>
    public string? Of(string type, string? member) => _words.GetValueOrDefault((type, member));

    private void Read(string source)
    {
        var type = "";
        foreach (Match match in Documented().Matches(source))
        {
            var words = match.Groups["words"].Value;
            if (match.Groups["type"] is { Success: true, Value: var name })
            {
                type = name;
            }

            var member = match.Groups["member"] is { Success: true, Value: var written } ? JsonNamingPolicy.SnakeCaseLower.ConvertName(written) : null;
            if (Summary().Match(words) is { Success: true } summary)
            {
                _words[(type, member)] = Plain(summary.Groups[1].Value);
            }

            foreach (Match parameter in Parameter().Matches(words))
            {
                _words[(type, JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Groups[1].Value))] = Plain(parameter.Groups[2].Value);
            }
        }
    }

    private static string Plain(string words) => Space().Replace(Tag().Replace(words, ""), " ").Replace("&amp;", "&").Trim();

    [GeneratedRegex(@"(?<words>(?:[ ]*///[^\n]*\n)+)(?:[ ]*//[^\n]*\n)*[ ]*public (?:sealed record (?<type>\w+)|(?:required )?[\w<>?]+ (?<member>\w+) \{)")]
    private static partial Regex Documented();

    [GeneratedRegex(@"<summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"<param name=""(\w+)"">(.*?)</param>", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"</?\w+[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s*///\s*|\s+")]
    private static partial Regex Space();
}
