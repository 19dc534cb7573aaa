using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Supervisor.Control;

/// <summary>Reads the parameters of a query; a value that makes no sense is a bad request.</summary>
internal static class QueryValues
{
    /// <summary>Every value of <c>job</c>.</summary>
    public static IReadOnlyList<string> Jobs(this IQueryCollection query) => [.. query["job"].OfType<string>()];

    /// <summary>true or false; the bare name means true.</summary>
    public static bool Flag(this IQueryCollection query, string name) => (string?)query[name] switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        var text => throw RequestException.Bad($"{name}: true or false, not '{text}'"),
    };

    /// <summary>A number from 0; null when it is not there.</summary>
    public static long? Number(this IQueryCollection query, string name) => Number(name, query[name]);

    /// <summary>The same of a text from elsewhere.</summary>
    public static long? Number(string name, string? text) =>
        text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw RequestException.Bad($"{name}: a number, not '{text}'");
}
