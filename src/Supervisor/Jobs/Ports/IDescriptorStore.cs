namespace Supervisor.Jobs.Ports;

/// <summary>Where descriptors outlive this process: the service manager's store.</summary>
public interface IDescriptorStore
{
    /// <summary>Stores a copy under a name.</summary>
    void Store(string name, int descriptor);

    /// <summary>Removes all of a name.</summary>
    void Remove(string name);
}
