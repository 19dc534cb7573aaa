using System.Globalization;
using System.Text;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>Probes of <c>ready:</c> and <c>health:</c>.</summary>
internal static class ProbeBinder
{
    private const int LongestSocketPath = 107; // sun_path of unix(7), with its NUL
    private const string Host = "a host and a port such as 127.0.0.1:80, [::1]:80 or localhost:80";
    private const string Url = "a URL such as http://127.0.0.1:8080/health";
    private const string Status = "a status 100..599, or a range such as 200-399";

    /// <summary>The kinds of probes.</summary>
    public static readonly string[] Kinds = ["tcp", "http", "exec"];

    private static readonly string[] _ofHttp = ["status", "headers", "socket"];

    /// <summary>The probe that a section holds; null: it has none, or there are problems, which are told.</summary>
    public static ProbeSpec? Probe(SectionReader section, TimeSpan interval)
    {
        foreach (var key in _ofHttp.Where(key => section[key] is not null && section["http"] is null))
        {
            section.Scope.Problem(section[key]!, $"{section.What(key)} means nothing without 'http'");
        }

        var (every, timeout) = (section.Duration("interval") ?? interval, section.Duration("timeout") ?? ProbeSpec.DefaultTimeout);
        return (ProbeSpec?)Tcp(section, every, timeout) ?? (ProbeSpec?)Http(section, every, timeout) ?? Exec(section, every, timeout);
    }

    private static TcpProbe? Tcp(SectionReader section, TimeSpan interval, TimeSpan timeout) =>
        section["tcp"] is { } node && section.Scope.NonEmpty(node, section.What("tcp"), Host) is { } text
            ? ParseTarget(text) is { } target ? new(target) { Interval = interval, Timeout = timeout }
                : section.Scope.Wrong<TcpProbe>(node, section.What("tcp"), Host, YamlScalar.Shown(text))
            : null;

    private static ExecProbe? Exec(SectionReader section, TimeSpan interval, TimeSpan timeout) =>
        CommandBinder.Command(section, "exec") is { } command ? new(command) { Interval = interval, Timeout = timeout } : null;

    private static HttpProbe? Http(SectionReader section, TimeSpan interval, TimeSpan timeout)
    {
        if (section["http"] is not { } node || section.Scope.NonEmpty(node, section.What("http"), Url) is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Scheme is not ("http" or "https"))
        {
            return section.Scope.Wrong<HttpProbe>(node, section.What("http"), Url, YamlScalar.Shown(text));
        }

        if (url.Scheme == "https")
        {
            section.Scope.Problem(node, $"{section.What("http")}: https is not spoken by probes; {{exec: [curl, -fsSk, {url}]}} asks it");
            return null;
        }

        return new(new(url.HostNameType is UriHostNameType.IPv6 ? url.Host[1..^1] : url.IdnHost, url.Port), url.PathAndQuery)
        {
            Interval = interval,
            Timeout = timeout,
            Socket = Socket(section),
            Headers = Headers(section),
            Status = section["status"] is { } status ? StatusOf(section, status) ?? StatusRange.Success : StatusRange.Success,
        };
    }

    /// <summary><c>host:port</c>, <c>[::1]:80</c>, <c>80</c>; null: none of these.</summary>
    internal static ProbeTarget? ParseTarget(string text)
    {
        var colon = text.LastIndexOf(':');
        var (host, number) = colon < 0 ? ("localhost", text) : (text[..colon], text[(colon + 1)..]);
        host = host is ['[', .. var address, ']'] ? address : host.Contains(':', StringComparison.Ordinal) ? "" : host;
        return host.Length > 0 && Uri.CheckHostName(host) is not UriHostNameType.Unknown
            && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? new(host, port)
            : null;
    }

    private static string? Socket(SectionReader section)
    {
        var path = FilePaths.Read(section, "socket");
        return path is not null && Encoding.UTF8.GetByteCount(path) > LongestSocketPath
            ? section.Scope.Wrong<string>(section["socket"]!, section.What("socket"), $"a path of at most {LongestSocketPath} bytes", $"{Encoding.UTF8.GetByteCount(path)} bytes")
            : path;
    }

    private static StatusRange? StatusOf(SectionReader section, YamlNode node)
    {
        if (section.Scope.NonEmpty(node, section.What("status"), Status) is not { } text)
        {
            return null;
        }

        var parts = text.Split('-', 2, StringSplitOptions.TrimEntries);
        return ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && ushort.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && from is >= 100 and < 600 && to is >= 100 and < 600 && from <= to
            ? new(from, to)
            : section.Scope.WrongValue<StatusRange>(node, section.What("status"), Status, YamlScalar.Shown(text));
    }

    private static Sequence<HttpHeader> Headers(SectionReader section)
    {
        if (section["headers"] is not { } node)
        {
            return [];
        }

        if (node is not YamlMap map)
        {
            section.Scope.Wrong<string>(node, section.What("headers"), "a map of names and values");
            return [];
        }

        return map.Entries.Select(entry => Header(section, entry)).OfType<HttpHeader>().ToSequence();
    }

    // A line break in a value would be a header, or a request, of its own.
    private static HttpHeader? Header(SectionReader section, YamlEntry entry)
    {
        var what = section.What($"headers.{entry.Key.Value}");
        if (entry.Key.Value.Length == 0 || !entry.Key.Value.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            return section.Scope.WrongValue<HttpHeader>(entry.Key, what, "the name of a header", YamlScalar.Shown(entry.Key.Value));
        }

        return section.Scope.Text(entry.Value, what) is not { } value ? null
            : value.Any(char.IsControl) ? section.Scope.WrongValue<HttpHeader>(entry.Value, what, "a value without control characters", "some")
            : new(entry.Key.Value, value);
    }
}
