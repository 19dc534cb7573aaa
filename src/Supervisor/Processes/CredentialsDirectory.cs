using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>The directory under which the private copies of credentials are made.</summary>
public static unsafe class CredentialsDirectory
{
    // linux/magic.h
    private const long Tmpfs = 0x01021994;
    private const long Ramfs = 0x858458f6;

    /// <summary>Its path.</summary>
    /// <param name="runtimeDirectory">The supervisor's runtime directory.</param>
    public static string Of(string runtimeDirectory) => Path.Combine(runtimeDirectory, "credentials");

    /// <summary>
    /// Removes what a supervisor that was killed has left there of jobs that there are no more; what it has left of others goes with their next run, since
    /// the run that it belongs to may have outlived that supervisor.
    /// </summary>
    public static void Clear(SupervisorSpec spec) => CredentialStore.Clear(
        Of(spec.Daemon.RuntimeDirectory), spec.Jobs.SelectMany(job => Enumerable.Range(0, job.Instances).Select(index => job.Instance(index).Name.ToString())).ToHashSet());

    /// <summary>Whether it is in memory (tmpfs or ramfs): only then a copy never touches a disk, swap aside.</summary>
    public static bool IsInMemory(string runtimeDirectory)
    {
        // struct statfs of 64-bit Linux has 120 bytes; f_type is the first.
        var status = stackalloc long[32];
        return sys_vfs_h.statfs(runtimeDirectory, status) == 0 && status[0] is Tmpfs or Ramfs;
    }
}
