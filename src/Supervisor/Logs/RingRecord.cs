using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Header of a piece of output in the ring: bytes of one stream that arrived in one millisecond.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct RingRecord
{
    /// <summary>Bytes of text after the header.</summary>
    public int Length;

    /// <summary>Newlines in it.</summary>
    public int Lines;

    /// <summary>Milliseconds since 1970 at its arrival.</summary>
    public long At;

    /// <summary>Where it came from.</summary>
    public LogStream Stream;

    /// <summary>1: its first byte starts a line.</summary>
    public byte StartsLine;
}
