using Supervisor.Configuration.Scalars;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Writes <c>ready:</c> and <c>health:</c> as a configuration that reads back to them.</summary>
internal static class ProbeWriter
{
    public static string? Ready(ReadySpec ready) => ready switch
    {
        ReadyByProbe { Probe: var probe } => SpecWriter.Map(Probe(probe)),
        ReadyWhenNotified => "notify",
        ReadyByDescriptor { Number: var number } => SpecWriter.Map([("fd", $"{number}")]),
        ReadyByLog { Pattern: var pattern } => SpecWriter.Map([("log", SpecWriter.Quote(pattern))]),
        ReadyAfter after => SpecWriter.Map([("after", Durations.Write(after.Delay))]),
        _ => "started",
    };

    public static string? Health(HealthSpec? health) => health is null ? null : SpecWriter.Map(
    [
        .. Probe(health.Probe),
        ("failures", $"{health.Failures}"),
        ("successes", $"{health.Successes}"),
        ("start_period", Durations.Write(health.StartPeriod)),
    ]);

    private static IEnumerable<(string Key, string? Value)> Probe(ProbeSpec probe) =>
    [
        .. Kind(probe),
        ("interval", Durations.Write(probe.Interval)),
        ("timeout", Durations.Write(probe.Timeout)),
    ];

    // Headers may carry a secret.
    private static IEnumerable<(string Key, string? Value)> Kind(ProbeSpec probe) => probe switch
    {
        TcpProbe tcp => [("tcp", SpecWriter.Quote($"{tcp.Target}"))],
        ExecProbe exec => [("exec", SpecWriter.Words(exec.Command))],
        HttpProbe http =>
        [
            ("http", SpecWriter.Quote($"http://{http.Target}{http.Path}")),
            ("socket", SpecWriter.Quote(http.Socket)),
            ("status", $"\"{http.Status}\""),
            ("headers", http.Headers.Count == 0 ? null : SpecWriter.Map(http.Headers.Select(one =>
                (SpecWriter.QuoteKey(one.Name), (string?)(Secrets.IsSecretHeader(one.Name) ? "\"********\"" : SpecWriter.Quote(one.Value)))))),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, null),
    };
}
