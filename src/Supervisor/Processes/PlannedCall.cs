using System.Runtime.InteropServices;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>What the child does with a call's result.</summary>
internal enum CallMode
{
    /// <summary>-1 is a failure: reported, and the child ends.</summary>
    MustSucceed = 0,

    /// <summary>As <see cref="MustSucceed"/>, and the result is the first argument of the calls marked so.</summary>
    KeepResult = 1,

    /// <summary>As <see cref="MustSucceed"/>, with the kept result as first argument.</summary>
    UseKept = 2,

    /// <summary>Anything but <see cref="PlannedCall.Expected"/> ends the child without a report: the parent is gone.</summary>
    MustEqual = 3,

    /// <summary>-1 does not matter.</summary>
    MayFail = 4,
}

/// <summary>
/// One system call that the child makes. All that a start does in the child is a list of these, made in advance: the child itself decides
/// nothing, so it needs no memory but its own locals.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PlannedCall
{
    public int Step;
    public CallMode Mode;
    public nint Number;
    public nint A1;
    public nint A2;
    public nint A3;
    public nint A4;
    public nint Expected;

    public PlannedCall(ExecStep step, int number, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, CallMode mode = CallMode.MustSucceed)
    {
        Step = (int)step;
        Mode = mode;
        Number = number;
        A1 = a1;
        A2 = a2;
        A3 = a3;
        A4 = a4;
    }
}

/// <summary>The page that the child writes and the parent reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SpawnReport
{
    /// <summary>The child's own pid, its first act: lets the reaper tell it from an orphan before the parent knows it.</summary>
    public int Pid;

    /// <summary>The <see cref="ExecStep"/> that was tried last.</summary>
    public int Step;

    /// <summary>Which call of the plan that was.</summary>
    public int Index;

    /// <summary>errno of it; 0: it did not fail.</summary>
    public int Errno;
}

/// <summary>All that the child sees: one unmanaged block.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SpawnBlock
{
    public delegate*<nint, nint, nint, nint, nint, nint, nint> SystemCall;
    public int* ErrnoLocation;
    public SpawnReport* Report;
    public PlannedCall* Calls;
    public int Count;
    public nint GetPid;

    /// <summary>Where the child's pid goes in its environment, in digits with a NUL behind them: a list that ends with null.</summary>
    public byte** PidTexts;
}
