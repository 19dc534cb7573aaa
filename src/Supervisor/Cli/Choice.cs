using System.CommandLine;
using System.CommandLine.Parsing;
using Supervisor.Configuration;

namespace Supervisor.Cli;

/// <summary>An option or an argument that takes one of some words: completed by them, and told with the nearest when it is another.</summary>
internal static class Choice
{
    /// <summary>For an option.</summary>
    public static void Of(Option<string?> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result => Demand(result, result.Tokens, option.Name, words));
    }

    /// <summary>For an argument.</summary>
    public static void Of(Argument<string> argument, params string[] words)
    {
        argument.CompletionSources.Add(words);
        argument.Validators.Add(result => Demand(result, result.Tokens, argument.Name, words));
    }

    private static void Demand(SymbolResult result, IReadOnlyList<Token> tokens, string name, string[] words)
    {
        foreach (var token in tokens.Where(token => !words.Contains(token.Value)))
        {
            result.AddError($"{name}: {string.Join(", ", words[..^1])} or {words[^1]}, not '{token.Value}'{Suggestions.For(token.Value, words)}");
        }
    }
}
