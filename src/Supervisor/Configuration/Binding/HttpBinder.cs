using System.Globalization;
using System.Net;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary><c>supervisor.http</c>: where the dashboard listens.</summary>
internal static class HttpBinder
{
    private const string Address = "an address and a port such as 127.0.0.1:9001 or [::1]:9001";

    public static HttpSpec Http(SectionReader supervisor)
    {
        var section = supervisor.Sub("http", FileKeys.Http);
        var standard = new HttpSpec();
        return new()
        {
            Listen = section["listen"] is { } node ? Listen(section, node) ?? standard.Listen : standard.Listen,
            TokenFile = FilePaths.Read(section, "token_file"),
            Hosts = [.. section.Items("hosts", single: true).Select(item => Host(section, item)).OfType<string>()],
        };
    }

    /// <summary>Reads <c>9001</c>, <c>localhost:9001</c>, <c>127.0.0.1:9001</c>, <c>[::]:9001</c>; null: it is none of these.</summary>
    internal static IPEndPoint? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? ("localhost", text) : (text[..colon], text[(colon + 1)..]);
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        if (host == "localhost")
        {
            return new(IPAddress.Loopback, number);
        }

        // IPAddress also reads 1 and 0x7f.1, which nobody means; an IPv6 address needs its brackets, or its last part could be the port.
        var bracketed = host is ['[', .., ']'];
        return IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address) && host.Contains(':', StringComparison.Ordinal) == bracketed
            && (bracketed || host.Count(c => c == '.') == 3)
            ? new(address, number)
            : null;
    }

    private static IPEndPoint? Listen(SectionReader section, YamlNode node) => section.Scope.NonEmpty(node, section.What("listen"), Address) is { } text
        ? Parse(text) ?? section.Scope.Wrong<IPEndPoint>(node, section.What("listen"), Address, YamlScalar.Shown(text))
        : null;

    // The port does not matter (a tunnel may have another one): names only.
    private static string? Host(SectionReader section, YamlNode node) =>
        section.Scope.NonEmpty(node, section.What("hosts"), "the name of a host") is { } name
            ? name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
                ? name.ToLowerInvariant()
                : section.Scope.Wrong<string>(node, section.What("hosts"), "the name of a host, without scheme and port", YamlScalar.Shown(name))
            : null;
}
