using System.Net;

namespace Supervisor.Specs;

/// <summary>A socket that the supervisor opens for a job and hands over as LISTEN_FDS. Exactly one of <see cref="Port"/> and <see cref="Path"/> is set.</summary>
public sealed record SocketSpec
{
    /// <summary>Its name in LISTEN_FDNAMES.</summary>
    public required string Name { get; init; }

    /// <summary>Address of an internet socket; null: every address, IPv6 and IPv4.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Its port.</summary>
    public int? Port { get; init; }

    /// <summary>Path of a Unix socket, absolute; with a leading <c>@</c> the abstract name behind it.</summary>
    public string? Path { get; init; }

    /// <summary>Kind.</summary>
    public SocketKind Kind { get; init; } = SocketKind.Stream;

    /// <summary>Connections that may wait to be accepted; the kernel allows no more than net.core.somaxconn.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Mode of a Unix socket's file.</summary>
    public int Mode { get; init; } = 0x1b0;

    /// <summary>Owner of a Unix socket's file, name or number; null: the supervisor's own.</summary>
    public string? User { get; init; }

    /// <summary>Group of a Unix socket's file, name or number; null: the owner's.</summary>
    public string? Group { get; init; }

    /// <summary>Whether others may bind the same port (SO_REUSEPORT).</summary>
    public bool ReusePort { get; init; }

    /// <summary>Whether an IPv6 socket takes IPv6 only (IPV6_V6ONLY).</summary>
    public bool Ipv6Only { get; init; }

    /// <summary>Whether it has a file.</summary>
    public bool HasFile => Path is ['/', ..];

    /// <summary><c>0.0.0.0:80</c>, <c>udp [::1]:53</c>, <c>/run/web.sock</c></summary>
    public override string ToString()
    {
        var at = Path ?? (Address is null ? $"*:{Port}" : new IPEndPoint(Address, Port ?? 0).ToString());
        return (Kind, Path) switch
        {
            (SocketKind.Stream, _) => at,
            (SocketKind.Datagram, null) => $"udp {at}",
            (SocketKind.Datagram, _) => $"datagram {at}",
            _ => $"seqpacket {at}",
        };
    }
}

/// <summary>Kinds of sockets, with the kernel's numbers (SOCK_STREAM and so on).</summary>
public enum SocketKind
{
    /// <summary>TCP, or a Unix stream.</summary>
    Stream = 1,
    /// <summary>UDP, or Unix datagrams.</summary>
    Datagram = 2,
    /// <summary>Unix only: connections that keep the bounds of messages.</summary>
    Seqpacket = 5,
}
