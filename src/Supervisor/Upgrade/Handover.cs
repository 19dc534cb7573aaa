using System.Text.Json;
using System.Text.Json.Serialization;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Upgrade;

/// <summary>
/// The state that one image of the supervisor gives to the next. Written and read by different versions, in both directions, so:
/// <list type="bullet">
/// <item><description>A reader ignores members that it does not know, and a member that is missing has its default: adding one needs no new format.</description></item>
/// <item><description>A member is never renamed, and its meaning and type never change; what is obsolete goes on being written while versions that read it are in use.</description></item>
/// <item><description>Enumerations are written by name; a name that a reader does not know makes it refuse.</description></item>
/// <item><description><see cref="Format"/> is raised when an older reader would do wrong: it refuses, and the running image stays.</description></item>
/// </list>
/// </summary>
public sealed record Handover
{
    /// <summary>The newest format that this version knows.</summary>
    public const int NewestFormat = 2;

    /// <summary>Format of this one: the oldest that says all there is to say.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The format of a state: since 2 there are extra instances of rolling restarts, which a reader of 1 would take for scaled ones.</summary>
    public static int FormatOf(IEnumerable<InstanceWorld> instances) => instances.Any(instance => instance.ExtraUntil is not null) ? 2 : 1;

    /// <summary>Version of the writer.</summary>
    public string Version { get; init; } = "";

    /// <summary>The boot that it belongs to (/proc/sys/kernel/random/boot_id): pids, pipes and the monotonic clock mean nothing in another.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Pid of the writer.</summary>
    public int Pid { get; init; }

    /// <summary>Where the engine's monotonic clock begins to count, in ticks of the system's monotonic clock.</summary>
    public long ClockStart { get; init; }

    /// <summary>The configuration in force.</summary>
    public ConfigurationText? Configuration { get; init; }

    /// <summary>The places that are in use: a changed configuration moves them at a real start only.</summary>
    public Places? Places { get; init; }

    /// <summary>What the engine knows.</summary>
    public required World World { get; init; }

    /// <summary>What each concern has told, by its name (<see cref="Jobs.Ports.IHandedOver"/>).</summary>
    public Dictionary<string, JsonElement> Parts { get; init; } = [];

    /// <summary>Numbers of the descriptors that come along, by name.</summary>
    public Dictionary<string, int> Descriptors { get; init; } = [];

    /// <summary>What a concern has told; null: nothing.</summary>
    public JsonElement? Part(string name) => Parts.TryGetValue(name, out var part) ? part : null;

    /// <summary>Whether the configuration's files are to be put in force afterwards (a reload that found another program).</summary>
    public bool ThenReload { get; init; }
}

/// <summary>Where the running supervisor has its things, whatever the configuration says by now.</summary>
public sealed record Places(string RuntimeDirectory, string StateDirectory, string LogDirectory, string ControlSocket, string? ControlGroup, bool GroupMayAll)
{
    /// <summary>Those of a configuration.</summary>
    public static Places Of(DaemonSpec spec) =>
        new(spec.RuntimeDirectory, spec.StateDirectory, spec.LogDirectory, spec.ControlSocket, spec.ControlGroup, spec.GroupMayAll);

    /// <summary>A configuration with these instead of its own.</summary>
    public SupervisorSpec In(SupervisorSpec spec) => new()
    {
        File = spec.File,
        Text = spec.Text,
        Jobs = spec.Jobs,
        Daemon = spec.Daemon with
        {
            RuntimeDirectory = RuntimeDirectory,
            StateDirectory = StateDirectory,
            LogDirectory = LogDirectory,
            ControlSocket = ControlSocket,
            ControlGroup = ControlGroup,
            GroupMayAll = GroupMayAll,
        },
    };
}

/// <summary>JSON of the state.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, UseStringEnumConverter = true, Converters =
[
    typeof(SequenceConverter<string>), typeof(SequenceConverter<int>), typeof(SequenceConverter<EnvironmentVariable>), typeof(SequenceConverter<EnvironmentFile>),
    typeof(SequenceConverter<ResourceLimit>), typeof(SequenceConverter<Capability>), typeof(SequenceConverter<SecureBit>), typeof(SequenceConverter<CredentialFile>),
    typeof(SequenceConverter<OwedHook>),
])]
[JsonSerializable(typeof(Handover))]
[JsonSerializable(typeof(InstanceWorld))]
[JsonSerializable(typeof(EnvironmentVariable))]
[JsonSerializable(typeof(EnvironmentFile))]
[JsonSerializable(typeof(ResourceLimit))]
[JsonSerializable(typeof(Capability))]
[JsonSerializable(typeof(SecureBit))]
[JsonSerializable(typeof(CredentialFile))]
[JsonSerializable(typeof(OwedHook))]
public sealed partial class HandoverJson : JsonSerializerContext;
