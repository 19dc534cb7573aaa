using System.Text.Json;

namespace Supervisor.Jobs.Ports;

/// <summary>
/// A concern that has something to tell the image that takes over at a live upgrade, besides its descriptors (<see cref="IDescriptorHolder"/>). The
/// new image gives it the same JSON at its construction. Members that it does not know are ignored, those that are missing have defaults: an older and a
/// newer version must be able to read each other.
/// </summary>
public interface IHandedOver
{
    /// <summary>Name of its part of the state.</summary>
    string Name { get; }

    /// <summary>Comes to rest at a consistent point and tells; called when the engine has come to rest. Nothing of it may move until <see cref="Resume"/>.</summary>
    Task<JsonElement> ComeToRest();

    /// <summary>The upgrade did not take place: goes on.</summary>
    void Resume();
}
