using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// Tells, once each, that journald does not take a job's lines and that it does again. A queue that is full for a moment is nothing to tell: only one
/// that stays so while a job waits, or that costs lines; and it is over when it was not full for a while.
/// </summary>
internal sealed class JournalTrouble(LogAccount account)
{
    private const int PatienceMilliseconds = 2000;
    private const int CalmMilliseconds = 10_000;

    private long _lastFull;
    private long _droppedBefore;

    /// <summary>What is the matter; null: nothing.</summary>
    public string? Error { get; private set; }

    /// <summary>An entry was not taken.</summary>
    /// <param name="error">Why; null: the queue is full.</param>
    /// <param name="onFull">What is done about it.</param>
    /// <param name="waited">Milliseconds since something was taken, while a job waits.</param>
    public void Refused(string? error, OnFull onFull, long waited)
    {
        if (error is not null)
        {
            account.Fail();
        }

        _lastFull = error is null ? Environment.TickCount64 : 0;
        if (Error is null && (error is not null || onFull == OnFull.Drop || waited >= PatienceMilliseconds))
        {
            _droppedBefore = account.Dropped;
            Error = error ?? "journald takes nothing";
            var next = onFull == OnFull.Block ? "the job waits, and it is tried again" : "its output is dropped until it works again";
            account.Trouble(Error, $"log of {account.Name}: {Error}; {next}");
        }
    }

    /// <summary>Something was sent.</summary>
    public void Sent()
    {
        if (Error is not null && _lastFull == 0)
        {
            Over();
        }
    }

    /// <summary>Nothing waits: a queue that has not been full for a while is well again.</summary>
    public void Calm()
    {
        if (Error is not null && _lastFull > 0 && Environment.TickCount64 - _lastFull >= CalmMilliseconds)
        {
            Over();
        }
    }

    private void Over()
    {
        Error = null;
        var lost = account.Dropped - _droppedBefore;
        account.Trouble(null, $"log of {account.Name}: journald takes lines again; {(lost == 0 ? "nothing" : $"{lost} bytes")} lost");
    }
}
