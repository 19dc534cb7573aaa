namespace Supervisor.Linux;

/// <summary>
/// Descriptors that are kept free. The runtime needs some for a thread or a socket, and dies when it gets none: so whoever takes one for a job gives it
/// back, and fails with EMFILE, when it is among the last ones.
/// </summary>
public static unsafe class DescriptorReserve
{
    private const int Most = 64;

    /// <summary>Closes a new descriptor that touches the reserve. The kernel gives the lowest free number: so a number tells how many are taken.</summary>
    /// <param name="descriptor">The new one; negative: the call failed already.</param>
    /// <param name="part">How much of the reserve must stay free, of 1.</param>
    /// <exception cref="ErrnoException">EMFILE.</exception>
    public static void Keep(int descriptor, double part, string call)
    {
        if (IsTouchedBy(descriptor, part))
        {
            _ = Tmds.Linux.LibC.close(descriptor);
            throw new ErrnoException(call, Errno.EMFILE, "the last ones are kept for the supervisor itself");
        }
    }

    /// <summary>Whether a new descriptor touches the reserve.</summary>
    public static bool IsTouchedBy(int descriptor, double part)
    {
        sys_wait_h.rlimit limit;
        return descriptor >= 0
            && sys_wait_h.getrlimit(sys_wait_h.RLIMIT_NOFILE, &limit) == 0
            && descriptor >= limit.rlim_cur - (part * Math.Min(Most, limit.rlim_cur / 6));
    }
}
