using Supervisor.Specs;

namespace Supervisor.Configuration.Keys;

/// <summary>The words of an enumeration, with those of later versions.</summary>
internal sealed class Words<T>((string Word, T Value)[] items, params string[] future)
    where T : struct
{
    /// <summary>What others write for them.</summary>
    public IReadOnlyList<PeerWord> Peers { get; init; } = [];

    public string[] All { get; } = [.. items.Select(item => item.Word)];

    /// <summary>What is expected, for messages.</summary>
    public string Expected { get; } = $"one of {string.Join(", ", items.Select(item => item.Word))}";

    /// <summary>Whether YAML's null is one of the words.</summary>
    public bool HasNull { get; } = items.Any(item => item.Word == "null");

    public bool IsFuture(string word) => future.Contains(word);

    public bool TryFind(string word, out T value)
    {
        var index = Array.IndexOf(All, word);
        value = index < 0 ? default : items[index].Value;
        return index >= 0;
    }

    public string WordOf(T value) => Array.Find(items, item => EqualityComparer<T>.Default.Equals(item.Value, value)).Word;
}

/// <summary>Every enumeration that the configuration writes in words.</summary>
internal static class Vocabulary
{
    public static readonly Words<JobKind> Kind = new([("service", JobKind.Service), ("oneshot", JobKind.Oneshot)]) { Peers = PeerValues.Kind };
    public static readonly Words<StartMode> Start = new([("auto", StartMode.Auto), ("manual", StartMode.Manual), ("on-demand", StartMode.OnDemand)])
    {
        Peers = PeerValues.Start,
    };

    public static readonly Words<SocketKind> SocketKind = new([("stream", Specs.SocketKind.Stream), ("datagram", Specs.SocketKind.Datagram), ("seqpacket", Specs.SocketKind.Seqpacket)]);

    public static readonly Words<OnDependencyRestart> OnDependencyRestart = new(
        [("keep", Specs.OnDependencyRestart.Keep), ("restart", Specs.OnDependencyRestart.Restart), ("stop", Specs.OnDependencyRestart.Stop)]);

    public static readonly Words<DependencyCondition> Condition = new(
    [
        ("started", DependencyCondition.Started), ("ready", DependencyCondition.Ready),
        ("completed", DependencyCondition.Completed), ("succeeded", DependencyCondition.Succeeded),
    ])
    {
        Peers = PeerValues.Condition,
    };

    public static readonly Words<RestartPolicy> Policy = new(
        [("on-failure", RestartPolicy.OnFailure), ("always", RestartPolicy.Always), ("never", RestartPolicy.Never)])
    { Peers = PeerValues.Restart };

    public static readonly Words<SignalTarget> Target = new([("main", SignalTarget.Main), ("group", SignalTarget.Group)]);

    public static readonly Words<IoClass> IoClass = new(
        [("realtime", Specs.IoClass.Realtime), ("best-effort", Specs.IoClass.BestEffort), ("idle", Specs.IoClass.Idle)]);

    public static readonly Words<SchedulingPolicy> Scheduling = new(
    [
        ("other", SchedulingPolicy.Other), ("fifo", SchedulingPolicy.Fifo), ("rr", SchedulingPolicy.Rr),
        ("batch", SchedulingPolicy.Batch), ("idle", SchedulingPolicy.Idle),
    ]);

    public static readonly Words<HookCondition> HookCondition = new(
    [
        ("always", Specs.HookCondition.Always), ("success", Specs.HookCondition.Success),
        ("failure", Specs.HookCondition.Failure), ("signal", Specs.HookCondition.Signal),
    ]);

    public static readonly Words<OnFull> OnFull = new([("block", Specs.OnFull.Block), ("drop", Specs.OnFull.Drop)]);

    public static readonly Words<LogTargetKind> LogTarget = new(
    [
        ("file", LogTargetKind.File), ("console", LogTargetKind.Console), ("journal", LogTargetKind.Journal), ("null", LogTargetKind.Null),
        ("inherit", LogTargetKind.Inherit), ("stdout", LogTargetKind.SameAsStdout),
    ])
    {
        Peers = PeerValues.Log,
    };

    public static readonly Words<LogFormat> LogFormat = new([("text", Specs.LogFormat.Text), ("json", Specs.LogFormat.Json)]);

    public static readonly Words<Overlap> Overlap = new([("skip", Specs.Overlap.Skip), ("queue", Specs.Overlap.Queue), ("replace", Specs.Overlap.Replace)])
    {
        Peers = PeerValues.Overlap,
    };

    public static readonly Words<SecureBit> SecureBit = new(
    [
        ("noroot", Specs.SecureBit.Noroot), ("noroot-locked", Specs.SecureBit.NorootLocked),
        ("no-setuid-fixup", Specs.SecureBit.NoSetuidFixup), ("no-setuid-fixup-locked", Specs.SecureBit.NoSetuidFixupLocked),
        ("keep-caps", Specs.SecureBit.KeepCaps), ("keep-caps-locked", Specs.SecureBit.KeepCapsLocked),
    ]);

    public static readonly Words<bool> GroupMay = new([("read", false), ("all", true)]);
    public static readonly Words<OnCrash> OnCrash = new([("stop", Specs.OnCrash.Stop), ("adopt", Specs.OnCrash.Adopt)]);
    public static readonly Words<RlimitResource> Limits = new([.. Enum.GetValues<RlimitResource>().Select(limit => (limit.ToString().ToLowerInvariant(), limit))]);
}
