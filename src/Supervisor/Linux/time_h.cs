namespace Supervisor.Linux;

/// <summary>time.h: clocks. Source: clock_gettime(2).</summary>
public static class time_h
{
    /// <summary>Time since the boot, suspended time included.</summary>
    public const int CLOCK_BOOTTIME = 7;
}
