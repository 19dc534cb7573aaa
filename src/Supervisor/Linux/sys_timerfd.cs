using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>Timers as descriptors: sys/timerfd.h. Source: timerfd_create(2).</summary>
public static unsafe partial class TimerFd
{
    /// <summary>CLOCK_REALTIME of time.h.</summary>
    public const int CLOCK_REALTIME = 0;

    /// <summary>The expiry is a time of the clock, not a time from now.</summary>
    public const int TFD_TIMER_ABSTIME = 1;

    /// <summary>With TFD_TIMER_ABSTIME on CLOCK_REALTIME: a read fails with ECANCELED, and poll tells, when the clock was set (or the machine has resumed).</summary>
    public const int TFD_TIMER_CANCEL_ON_SET = 2;

    /// <summary>CLOCK_MONOTONIC of time.h.</summary>
    public const int CLOCK_MONOTONIC = 1;

    /// <summary>Close on exec (O_CLOEXEC).</summary>
    public const int TFD_CLOEXEC = 0x80000;

    /// <summary>Non-blocking reads (O_NONBLOCK).</summary>
    public const int TFD_NONBLOCK = 0x800;

    /// <summary>struct itimerspec of 64-bit Linux: interval and first expiry, seconds and nanoseconds; all zero disarms.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct itimerspec
    {
        /// <summary>Seconds between expiries; 0: once.</summary>
        public long it_interval_sec;

        /// <summary>Nanoseconds between expiries.</summary>
        public long it_interval_nsec;

        /// <summary>Seconds to the first expiry.</summary>
        public long it_value_sec;

        /// <summary>Nanoseconds to the first expiry, 0..999,999,999.</summary>
        public long it_value_nsec;
    }

    /// <summary>Makes a timer. Errors: EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_create(int clockid, int flags);

    /// <summary>Arms or disarms it; relative without TFD_TIMER_ABSTIME. Errors: EBADF, EFAULT, EINVAL.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_settime(int fd, int flags, itimerspec* new_value, itimerspec* old_value);
}
