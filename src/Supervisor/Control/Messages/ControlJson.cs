using System.Text.Json;
using System.Text.Json.Serialization;

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
