using System.CommandLine;
using System.CommandLine.Parsing;
using Supervisor.Configuration;

namespace Supervisor.Cli;

/// <summary>What is wrong with a command line, in our words where the parser's own say less.</summary>
internal static class Misuse
{
    /// <summary>One sentence; null: what the parser says is better.</summary>
    public static string? InWords(ParseResult line)
    {
        var command = line.CommandResult.Command;
        return line.UnmatchedTokens is [var word, ..] ? Unknown(command, word)
            : Missing(line) is { } argument ? $"{NameOf(command)}: {argument.Name} is missing{(argument.Description is { } what ? $" ({what})" : "")}"
            : command is not RootCommand && command.Subcommands.Count > 0 && line.Errors.Count == 1 ? $"say which: {string.Join(", ", command.Subcommands.Select(one => NameOf(one)))}"
            : null;
    }

    /// <summary>One error of the parser; one that names a type of .NET is about a number.</summary>
    public static string InWords(ParseError error) => !error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal) ? error.Message
        : error.SymbolResult switch
        {
            OptionResult { Tokens: [.., var token] } option => $"{option.Option.Name}: a whole number, not '{token.Value}'",
            ArgumentResult { Tokens: [.., var token], Parent: OptionResult option } => $"{option.Option.Name}: a whole number, not '{token.Value}'",
            ArgumentResult { Tokens: [.., var token] } argument => $"{argument.Argument.Name}: a whole number, not '{token.Value}'",
            _ => error.Message,
        };

    /// <summary>A word that can only be meant for an option, which neither the command nor all of them have.</summary>
    public static string NoOption(Command? command, string word)
    {
        var options = (command?.Options ?? []).Concat(CommonOptions.All).Where(option => !option.Hidden).Select(option => option.Name);
        return $"there is no option '{word}' here{Suggestions.For(word, options)}";
    }

    private static string Unknown(Command command, string word)
    {
        if (word.StartsWith('-'))
        {
            return NoOption(command, word);
        }

        if (command.Subcommands.Count == 0)
        {
            var isFile = word.EndsWith(".yaml", StringComparison.Ordinal) || word.EndsWith(".yml", StringComparison.Ordinal);
            return $"{NameOf(command)}: '{word}' is one word too many{(isFile ? $"; -c '{word}' names the configuration" : "")}";
        }

        var near = (command is RootCommand ? PeerCommands.For(word) : null) ?? Suggestions.For(word, command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name));
        return $"there is no command '{(command is RootCommand ? "" : command.Name + " ")}{word}'{near}";
    }

    private static Argument? Missing(ParseResult line) =>
        line.CommandResult.Command.Arguments.FirstOrDefault(one => one.Arity.MinimumNumberOfValues > 0 && !one.HasDefaultValue && line.GetResult(one) is null or { Tokens.Count: 0 });

    private static string NameOf(Command command) => $"`{CommandExamples.PathOf(command)}`";
}
