using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>time.h: clocks. Values are the same on x86-64 and arm64.</summary>
public static unsafe partial class time_h
{
    /// <summary>Time since the boot, suspended time included.</summary>
    public const int CLOCK_BOOTTIME = 7;

    /// <summary>
    /// Reads a clock into seconds and nanoseconds (struct timespec: two longs), without entering the kernel where that has a vDSO. Errors: EINVAL. Source: clock_gettime(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clockid, long* tp);
}
