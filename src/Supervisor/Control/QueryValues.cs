using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Supervisor.Control;

/// <summary>Reads the parameters of a query; a value that makes no sense is a bad request.</summary>
internal static class QueryValues
{
    private static readonly string[] _moments = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

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

    /// <summary>A moment as RFC 3339 writes it; null when it is not there.</summary>
    public static DateTimeOffset? Time(this IQueryCollection query, string name) =>
        (string?)query[name] is not { } text ? null
        : DateTimeOffset.TryParseExact(text, _moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at
        : throw RequestException.Bad($"{name}: a time such as 2026-11-25T09:30:00Z or 2026-11-25T10:30:00+01:00, not '{text}'");
}
