namespace Supervisor.Specs;

/// <summary>When a process counts as ready.</summary>
public abstract record ReadySpec
{
    /// <summary>As soon as the program has been executed.</summary>
    public static readonly ReadySpec Started = new ReadyWhenStarted();
}

/// <summary><c>ready: started</c></summary>
public sealed record ReadyWhenStarted : ReadySpec;

/// <summary><c>ready: {after: 2s}</c>: when it has lived that long.</summary>
public sealed record ReadyAfter(TimeSpan Delay) : ReadySpec;

/// <summary><c>ready: notify</c>: when it says READY=1 by sd_notify.</summary>
public sealed record ReadyWhenNotified : ReadySpec;

/// <summary><c>ready: {fd: 3}</c>: when it writes a newline to that descriptor (s6's notification-fd).</summary>
public sealed record ReadyByDescriptor(int Number) : ReadySpec;

/// <summary><c>ready: {log: regex}</c>: when a line of its output matches.</summary>
public sealed record ReadyByLog(string Pattern) : ReadySpec
{
    /// <summary>So much of a line is looked at, in bytes.</summary>
    public const int LongestLine = 4096;
}

/// <summary><c>ready: {tcp: ...}</c>, <c>{http: ...}</c>, <c>{exec: ...}</c>: when the probe, asked again and again, has passed once.</summary>
public sealed record ReadyByProbe(ProbeSpec Probe) : ReadySpec
{
    /// <summary>Default time between two askings: a start is not held up for long, and nobody feels the cost.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(500);
}
