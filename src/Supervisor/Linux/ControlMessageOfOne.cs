using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Supervisor.Linux;

/// <summary>
/// A control message that hands over one descriptor: struct cmsghdr and the number, padded as CMSG_SPACE does on 64-bit Linux. Sources: cmsg(3),
/// unix(7) "SCM_RIGHTS".
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct ControlMessageOfOne(int descriptor)
{
    private readonly ulong _length = 20;
    private readonly int _level = LibC.SOL_SOCKET;
    private readonly int _type = LibC.SCM_RIGHTS;
    private readonly int _descriptor = descriptor;
    private readonly int _padding;
}
