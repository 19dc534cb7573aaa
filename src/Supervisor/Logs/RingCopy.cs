namespace Supervisor.Logs;

/// <summary>Pieces copied out of a ring.</summary>
/// <param name="Bytes">Records, whole.</param>
/// <param name="Start">Position of the first.</param>
/// <param name="End">Position after the last: where the next copy goes on.</param>
/// <param name="LostLines">Lines that have left the ring so far.</param>
/// <param name="AllLines">Lines that have come so far, the lost ones included.</param>
/// <param name="RunStart">Position where the current run begins.</param>
/// <param name="Out">End of stdout's file when the last of these bytes had been written.</param>
/// <param name="Error">The same of stderr's own file.</param>
internal readonly record struct RingCopy(byte[] Bytes, long Start, long End, long LostLines, long AllLines, long RunStart, FilePosition Out, FilePosition Error)
{
    /// <summary>Whether the whole current run is still in the ring.</summary>
    public bool HasWholeRun => RunStart >= Start;
}
