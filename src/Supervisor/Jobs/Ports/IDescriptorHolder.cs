namespace Supervisor.Jobs.Ports;

/// <summary>
/// Keeps descriptors beyond the life of this image of the supervisor, by name: over an exec (a live upgrade) and, where the service manager has a
/// descriptor store, over a crash. How a concern uses it:
/// <list type="number">
/// <item><description>It asks <see cref="Take"/> before it makes a descriptor: what the life before has left under that name is used instead of a new one.</description></item>
/// <item><description>It calls <see cref="Hold"/> for whatever shall outlive this image, and <see cref="Release"/> before it closes it.</description></item>
/// <item><description>What must be known besides the descriptor goes through <see cref="IHandedOver"/> (an upgrade only), or can be read from the descriptor itself.</description></item>
/// </list>
/// Names are unique, ASCII without <c>:</c> and control characters, at most 255 bytes (FDNAME of sd_notify(3)): <c>board/web@2</c>. Callable from any thread.
/// </summary>
public interface IDescriptorHolder
{
    /// <summary>Hands out what the life before has left under a name, close-on-exec and the caller's from now on; null: nothing.</summary>
    int? Take(string name);

    /// <summary>Keeps a descriptor; the caller goes on owning it.</summary>
    /// <param name="name">Under this name; what was kept under it before is forgotten.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="overCrash">Whether it shall outlive a crash too; false: an upgrade only.</param>
    void Hold(string name, int descriptor, bool overCrash = true);

    /// <summary>Names of what the life before has left and nobody has taken.</summary>
    IReadOnlyList<string> Left { get; }

    /// <summary>Forgets a descriptor; unknown names are no error.</summary>
    void Release(string name);
}

/// <summary>A holder that holds nothing: for tests, and where nothing is to survive.</summary>
public sealed class NoDescriptorHolder : IDescriptorHolder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Left => [];

    /// <inheritdoc/>
    public int? Take(string name) => null;

    /// <inheritdoc/>
    public void Hold(string name, int descriptor, bool overCrash = true)
    {
    }

    /// <inheritdoc/>
    public void Release(string name)
    {
    }
}
