using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Supervisor.Control.Messages;

/// <summary>Everything that goes over the control socket, as JSON: snake_case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(WhyMessage))]
[JsonSerializable(typeof(ShowMessage))]
[JsonSerializable(typeof(LogLineMessage))]
[JsonSerializable(typeof(RotationMessage))]
[JsonSerializable(typeof(OperationAnswer))]
[JsonSerializable(typeof(VersionMessage))]
[JsonSerializable(typeof(BoardsMessage))]
[JsonSerializable(typeof(RegionsMessage))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(GraphMessage))]
[JsonSerializable(typeof(HealthMessage))]
[JsonSerializable(typeof(CheckMessage))]
[JsonSerializable(typeof(ImportMessage))]
[JsonSerializable(typeof(UsageMessage))]
[JsonSerializable(typeof(UpgradeMessage))]
internal sealed partial class ControlJson : JsonSerializerContext;

/// <summary>
/// The same without what is null, false or 0, a third as long: for who asks for many jobs and waits for it. Nothing is lost, a reader gives a member that is
/// not there the same value.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StatusMessage))]
internal sealed partial class BriefJson : JsonSerializerContext
{
    /// <summary>Reads it, and the whole as well: a member is missing only where it could not have been left out.</summary>
    public static JsonTypeInfo<StatusMessage> Status { get; } = (JsonTypeInfo<StatusMessage>)new JsonSerializerOptions(ControlJson.Default.Options)
    {
        TypeInfoResolver = ControlJson.Default.WithAddedModifier(type =>
        {
            foreach (var member in type.Properties)
            {
                member.IsRequired &= member is { IsSetNullable: false, PropertyType.IsValueType: false };
            }
        }),
    }.GetTypeInfo(typeof(StatusMessage));
}

/// <summary>What clients send: a member that nobody knows is a mistake that must be told, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OperationRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;

/// <summary>Problems, without the members that say nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemMessage))]
internal sealed partial class ProblemJson : JsonSerializerContext;
