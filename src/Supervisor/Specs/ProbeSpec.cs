namespace Supervisor.Specs;

/// <summary>A question to a job from outside, answered by yes or no.</summary>
public abstract record ProbeSpec
{
    /// <summary>Default limit of one asking (Kubernetes' timeoutSeconds).</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    /// <summary>From the beginning of one asking to the next; one that takes longer delays the next, they never overlap.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Limit of one asking.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>What is asked, for messages: <c>tcp 127.0.0.1:80</c>.</summary>
    public abstract string InWords { get; }
}

/// <summary>Passes when somebody accepts a connection.</summary>
public sealed record TcpProbe(ProbeTarget Target) : ProbeSpec
{
    /// <inheritdoc/>
    public override string InWords => $"tcp {Target}";
}

/// <summary>Passes when a GET is answered with a status in the range; redirects are not followed.</summary>
/// <param name="Target">Where to connect, and the Host header.</param>
/// <param name="Path">Path and query, as they are sent.</param>
public sealed record HttpProbe(ProbeTarget Target, string Path) : ProbeSpec
{
    /// <summary>Unix socket to connect to instead of the target.</summary>
    public string? Socket { get; init; }

    /// <summary>Headers sent besides the usual ones.</summary>
    public Sequence<HttpHeader> Headers { get; init; } = [];

    /// <summary>Status codes that pass.</summary>
    public StatusRange Status { get; init; } = StatusRange.Success;

    /// <inheritdoc/>
    public override string InWords => $"GET http://{Target}{Path}{(Socket is null ? "" : $" by {Socket}")}";
}

/// <summary>Passes when the command exits with 0.</summary>
public sealed record ExecProbe(Sequence<string> Command) : ProbeSpec
{
    /// <inheritdoc/>
    public override string InWords => string.Join(' ', Command);
}

/// <summary>A host (a name, an IPv4 address, an IPv6 address without brackets) and a port.</summary>
public readonly record struct ProbeTarget(string Host, int Port)
{
    /// <summary><c>127.0.0.1:80</c>, <c>[::1]:80</c>.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>One header of a request.</summary>
public readonly record struct HttpHeader(string Name, string Value);

/// <summary>Status codes from..to, both included.</summary>
public readonly record struct StatusRange(int From, int To)
{
    /// <summary>Kubernetes' 200..399.</summary>
    public static readonly StatusRange Success = new(200, 399);

    /// <summary><c>200-399</c>, <c>200</c>.</summary>
    public override string ToString() => From == To ? $"{From}" : $"{From}-{To}";
}
