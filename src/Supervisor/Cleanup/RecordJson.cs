using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Cleanup;

/// <summary>Records as the payload of frames: a number for the kind, and JSON. A kind's number never changes its meaning.</summary>
internal static class RecordJson
{
    /// <summary>Kind and payload.</summary>
    public static (byte Kind, byte[] Payload) Write(CleanupRecord record) => record switch
    {
        CleanupRecord.Owed owed => (1, JsonSerializer.SerializeToUtf8Bytes(owed, JournalJson.Default.Owed)),
        CleanupRecord.Registered one => (2, JsonSerializer.SerializeToUtf8Bytes(one, JournalJson.Default.Registered)),
        CleanupRecord.Started started => (3, JsonSerializer.SerializeToUtf8Bytes(started, JournalJson.Default.Started)),
        CleanupRecord.Ended ended => (4, JsonSerializer.SerializeToUtf8Bytes(ended, JournalJson.Default.Ended)),
        CleanupRecord.HookBegan begun => (5, JsonSerializer.SerializeToUtf8Bytes(begun, JournalJson.Default.HookBegan)),
        CleanupRecord.HookDone done => (6, JsonSerializer.SerializeToUtf8Bytes(done, JournalJson.Default.HookDone)),
        CleanupRecord.Closed closed => (7, JsonSerializer.SerializeToUtf8Bytes(closed, JournalJson.Default.Closed)),
        _ => throw new ArgumentOutOfRangeException(nameof(record), record, null),
    };

    /// <summary>The record; null: it is none.</summary>
    public static CleanupRecord? Read(byte kind, ReadOnlySpan<byte> payload) => kind switch
    {
        1 => Read(payload, JournalJson.Default.Owed),
        2 => Read(payload, JournalJson.Default.Registered),
        3 => Read(payload, JournalJson.Default.Started),
        4 => Read(payload, JournalJson.Default.Ended),
        5 => Read(payload, JournalJson.Default.HookBegan),
        6 => Read(payload, JournalJson.Default.HookDone),
        7 => Read(payload, JournalJson.Default.Closed),
        _ => null,
    };

    private static T? Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type)
        where T : CleanupRecord
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type) is { Id: not null } record ? record : null;
        }
        catch (JsonException)
        {
            return null; // counted by who asks
        }
    }
}

/// <summary>What the journal writes. A new list in <see cref="ProcessSpec"/> needs its converter here; a test that fills every property tells.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SequenceConverter<string>), typeof(SequenceConverter<int>), typeof(SequenceConverter<CleanupHook>), typeof(SequenceConverter<EnvironmentVariable>),
        typeof(SequenceConverter<EnvironmentFile>), typeof(SequenceConverter<ResourceLimit>), typeof(SequenceConverter<Capability>), typeof(SequenceConverter<SecureBit>), typeof(SequenceConverter<CredentialFile>),
    ])]
[JsonSerializable(typeof(CleanupRecord.Owed))]
[JsonSerializable(typeof(CleanupRecord.Registered))]
[JsonSerializable(typeof(CleanupRecord.Started))]
[JsonSerializable(typeof(CleanupRecord.Ended))]
[JsonSerializable(typeof(CleanupRecord.HookBegan))]
[JsonSerializable(typeof(CleanupRecord.HookDone))]
[JsonSerializable(typeof(CleanupRecord.Closed))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(CleanupHook))]
[JsonSerializable(typeof(EnvironmentVariable))]
[JsonSerializable(typeof(EnvironmentFile))]
[JsonSerializable(typeof(ResourceLimit))]
[JsonSerializable(typeof(Capability))]
[JsonSerializable(typeof(SecureBit))]
[JsonSerializable(typeof(CredentialFile))]
internal sealed partial class JournalJson : JsonSerializerContext;
