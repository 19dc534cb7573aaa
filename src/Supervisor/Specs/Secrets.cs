using System.Text.RegularExpressions;

namespace Supervisor.Specs;

/// <summary>What is hidden where a specification is shown: values of variables and headers by their names, passwords in addresses.</summary>
public static partial class Secrets
{
    /// <summary>What is shown in place of a password in an address.</summary>
    public const string Hidden = "(hidden)";

    private static readonly string[] _words = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "DSN", "DATABASE_URL"];

    /// <summary>Whether the value of a variable of this name is hidden.</summary>
    public static bool IsSecret(string name) => Array.Exists(_words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the value of a header of this name is hidden.</summary>
    public static bool IsSecretHeader(string name) =>
        IsSecret(name) || name.Contains("AUTH", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>amqp://web:(hidden)@host/</c> for <c>amqp://web:hunter2@host/</c>; everything else as it is.</summary>
    public static string WithoutPasswords(string text) => text.Contains("://", StringComparison.Ordinal) ? Password().Replace(text, Hidden) : text;

    // Up to the last @ of the authority: who writes a password with an @ in it must not see the half of it.
    [GeneratedRegex(@"(?<=://[^/\s:@]*:)[^/\s]+(?=@)", RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
