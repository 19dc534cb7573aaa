namespace Supervisor.Configuration;

/// <summary>What a job may be called.</summary>
internal static class JobNames
{
    public const int Longest = 64;

    public const string Rule = "letters, digits, '.', '_' and '-', a letter or digit first, at most 64 characters";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
