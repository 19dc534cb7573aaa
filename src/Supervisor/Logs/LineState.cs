namespace Supervisor.Logs;

/// <summary>Where a stream is in its current line, as the ring sees it.</summary>
internal struct LineState
{
    /// <summary>Bytes of the line kept so far; 0: at a line start (or nothing of it yet).</summary>
    public int Length;

    /// <summary>The line is longer than what is kept: its rest is passed over.</summary>
    public bool Skipping;

    /// <summary>The kept part carries its mark already.</summary>
    public bool Marked;
}
