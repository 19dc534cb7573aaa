using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>
/// A named region: a sealed file that the supervisor only holds, and never maps: what jobs write there is theirs. It goes with its last user.
/// </summary>
internal sealed class Region : IDisposable
{
    private readonly IDescriptorHolder _holder;
    private readonly SortedSet<(string Job, int Index, bool IsNumbered)> _users = [];

    /// <summary>Makes it, or goes on with what the image before this one has left.</summary>
    /// <exception cref="ErrnoException">No descriptors or no memory left.</exception>
    public Region(RegionSpec spec, IDescriptorHolder holder)
    {
        (Spec, _holder) = (spec, holder);
        File = holder.Take(HolderName) is { } left ? new(left, ownsHandle: true) : SealedMemory.Create($"supervisor-region:{spec.Name}", spec.Size);
        holder.Hold(HolderName, (int)File.DangerousGetHandle());
    }

    /// <summary>Name and size.</summary>
    public RegionSpec Spec { get; }

    /// <summary>What its users inherit.</summary>
    public SafeFileHandle File { get; }

    // With the size: one of another size is another region.
    private string HolderName => $"region/{Spec.Name}/{Spec.Size}";

    /// <summary>An instance holds it.</summary>
    public void Add(InstanceName user) => _users.Add((user.Job, user.Index, user.IsNumbered));

    /// <summary>An instance gives it back; whether nobody is left.</summary>
    public bool Remove(InstanceName user) => _users.Remove((user.Job, user.Index, user.IsNumbered)) && _users.Count == 0;

    /// <summary>
    /// Size and use. st_blocks counts every page of the file, whoever touched it, in one call; /proc/self/smaps counts only what the reader has mapped
    /// itself, and mincore(2) gives the same number as st_blocks for the price of a mapping and one byte per page.
    /// </summary>
    public RegionUsage Usage() =>
        new(Spec.Name, Spec.Size, SealedMemory.Allocated(File), [.. _users.Select(user => new InstanceName(user.Job, user.Index, user.IsNumbered))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _holder.Release(HolderName);
        File.Dispose();
    }
}
