using System.Globalization;
using System.Net;
using System.Text;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>sockets:</c> of a job.</summary>
internal static class SocketBinder
{
    private const string Expected = "an address and a port such as 0.0.0.0:80, [::1]:80 or *:80, a path such as /run/web.sock, or an abstract name such as @web";

    // sun_path of unix(7): 108 bytes, the last for the NUL.
    private const int LongestPath = 107;

    public static Sequence<SocketSpec> Sockets(SectionReader job, string jobName, ProcessPlaces places)
    {
        if (job["sockets"] is null)
        {
            return [];
        }

        var found = new List<SocketSpec>();
        foreach (var item in job.Items("sockets", single: true))
        {
            var section = item is YamlScalar ? null : job.InList("sockets", item, JobKeys.Socket);
            var listen = section is null ? item : section["listen"];
            if (listen is null)
            {
                job.Scope.Problem(item, $"{section!.What("listen")} is missing");
                continue;
            }

            var what = section?.What("listen") ?? job.What("sockets");
            if (job.Scope.NonEmpty(listen, what, Expected) is { } text && Listen(job.Scope, listen, what, text) is { } place
                && Complete(place with { Name = jobName }, section, listen, places) is { } socket)
            {
                Add(job, found, socket, item);
            }
        }

        return found.ToSequence();
    }

    private static void Add(SectionReader job, List<SocketSpec> found, SocketSpec socket, YamlNode item)
    {
        job.Scope.Places.Add(new("sockets." + socket, item.Position));
        if (found.Find(other => SocketConflicts.Collide(other, socket)) is { } other)
        {
            job.Scope.Problem(item, $"{job.What("sockets")}: {socket} is taken by {(other.ToString() == socket.ToString() ? "another one of the same job" : $"{other} of the same job")}");
        }

        found.Add(socket);
    }

    private static SocketSpec? Complete(SocketSpec place, SectionReader? section, YamlNode listen, ProcessPlaces places)
    {
        var isUnix = place.Path is not null;
        var owner = place.HasFile ? places : default;
        if (section is null)
        {
            return place with { User = owner.User, Group = owner.Group };
        }

        var kind = section.Word("type", Vocabulary.SocketKind, SocketKind.Stream);
        if (kind is SocketKind.Seqpacket && !isUnix)
        {
            section.Scope.Problem(section["type"]!, $"{section.What("type")}: seqpacket is for Unix sockets only");
        }

        foreach (var key in (string[])["mode", "user", "group"])
        {
            if (section[key] is { } node && !place.HasFile)
            {
                section.Scope.Problem(node, $"{section.What(key)} is for Unix sockets with a path only");
            }
        }

        foreach (var key in (string[])["reuse_port", "ipv6_only"])
        {
            if (section[key] is { } node && (isUnix || (key == "ipv6_only" && place.Address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork })))
            {
                section.Scope.Problem(node, $"{section.What(key)} means nothing for {listen.InWords}");
            }
        }

        return place with
        {
            Kind = kind,
            Name = Name(section) ?? place.Name,
            Backlog = section.Integer("backlog") ?? place.Backlog,
            Mode = Mode(section) ?? place.Mode,
            User = section.Text("user") ?? owner.User,
            Group = section.Text("group") ?? (section["user"] is null ? owner.Group : null),
            ReusePort = section.Boolean("reuse_port"),
            Ipv6Only = section.Boolean("ipv6_only"),
        };
    }

    private static SocketSpec? Listen(Scope scope, YamlNode node, ValueName what, string text)
    {
        if (text[0] is '/' or '@')
        {
            return Encoding.UTF8.GetByteCount(text) is var length && length > LongestPath
                ? scope.Wrong<SocketSpec>(node, what, $"a path of at most {LongestPath} bytes", $"{length} bytes")
                : text.Length == 1 ? scope.Wrong<SocketSpec>(node, what, Expected, YamlScalar.Shown(text)) : new() { Name = "", Path = text };
        }

        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? ("*", text) : (text[..colon], text[(colon + 1)..]);
        var isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        var bracketed = host is ['[', .., ']'];
        // IPAddress also reads 1 and 0x7f.1, which nobody means; an IPv6 address needs its brackets, or its last part could be the port.
        var isAddress = IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address)
            && host.Contains(':', StringComparison.Ordinal) == bracketed && (bracketed || host.Count(c => c == '.') == 3);
        return isPort && (host == "*" || isAddress) ? new() { Name = "", Address = host == "*" ? null : address, Port = number }
            : scope.Wrong<SocketSpec>(node, what, Expected, YamlScalar.Shown(text));
    }

    // sd_listen_fds(3): what a program may rely on.
    private static string? Name(SectionReader section)
    {
        if (section["name"] is not { } node || section.Scope.NonEmpty(node, section.What("name")) is not { } name)
        {
            return null;
        }

        return name.Length <= 255 && name.All(c => c is > ' ' and < (char)0x7f and not ':') ? name
            : section.Scope.Wrong<string>(node, section.What("name"), "at most 255 printable ASCII characters without ':'", YamlScalar.Shown(name));
    }

    private static int? Mode(SectionReader section)
    {
        const string Octal = "an octal mode such as \"0660\"";
        if (section["mode"] is not { } node || section.Scope.Text(node, section.What("mode"), Octal) is not { } text)
        {
            return null;
        }

        return text.Length is > 0 and <= 4 && text.All(c => c is >= '0' and <= '7') && Convert.ToInt32(text, 8) <= 0x1ff ? Convert.ToInt32(text, 8)
            : section.Scope.WrongValue<int>(node, section.What("mode"), Octal, YamlScalar.Shown(text));
    }
}

/// <summary>Whom the files of a job belong to.</summary>
internal readonly record struct ProcessPlaces(string? User, string? Group);
