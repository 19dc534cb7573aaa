using System.Runtime.InteropServices;
using Supervisor.Linux;

namespace Supervisor.Hosting;

/// <summary>
/// Our own limit of open files: four descriptors a job are soon more than the usual soft limit of 1024, which only programs that use select(2) need.
/// CoreCLR raises it to the hard one by itself, a NativeAOT program does not. Jobs get 1024 and our hard limit, unless <c>limits:</c> says otherwise.
/// </summary>
internal static unsafe class OpenFiles
{
    /// <summary>Raises the soft limit to the hard one.</summary>
    /// <exception cref="ErrnoException">The kernel refuses what everybody may.</exception>
    public static void RaiseLimit()
    {
        sys_wait_h.rlimit limit;
        if (sys_wait_h.getrlimit(sys_wait_h.RLIMIT_NOFILE, &limit) != 0)
        {
            throw new ErrnoException("getrlimit", Marshal.GetLastPInvokeError(), "RLIMIT_NOFILE");
        }

        limit.rlim_cur = limit.rlim_max;
        if (sys_wait_h.setrlimit(sys_wait_h.RLIMIT_NOFILE, &limit) != 0)
        {
            throw new ErrnoException("setrlimit", Marshal.GetLastPInvokeError(), "RLIMIT_NOFILE");
        }
    }
}
