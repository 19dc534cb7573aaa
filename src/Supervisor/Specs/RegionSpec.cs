namespace Supervisor.Specs;

/// <summary>A region of shared memory that jobs name: <c>regions: {cache: {size: 64MiB}}</c>.</summary>
/// <param name="Name">Its name; SUPERVISOR_REGION_&lt;NAME&gt;_FD is made of it.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct RegionSpec(string Name, long Size)
{
    /// <summary>The variable that tells a program the number of the descriptor: upper case, <c>-</c> and <c>.</c> become <c>_</c>.</summary>
    public string Variable => $"SUPERVISOR_REGION_{Name.ToUpperInvariant().Replace('-', '_').Replace('.', '_')}_FD";
}
