namespace Supervisor.Engine;

/// <summary>What changes the set of instances goes one after the other: each begins with what the one before has put in force.</summary>
internal sealed class Turns(ShutdownSequence shutdown)
{
    private readonly Queue<(Action Begin, PendingOperation Pending, string Refusal)> _waiting = new();
    private bool _isBusy;

    /// <summary>Begins now, or when those before have passed their turn on; refused when the supervisor stops before.</summary>
    public void Take(Action begin, PendingOperation pending, string refusal)
    {
        if (_isBusy)
        {
            pending.IsHeld = true;
            _waiting.Enqueue((begin, pending, refusal));
            return;
        }

        _isBusy = true;
        begin();
    }

    /// <summary>The one whose turn it was is through.</summary>
    public void Pass()
    {
        _isBusy = false;
        while (!_isBusy && _waiting.TryDequeue(out var next))
        {
            if (shutdown.IsOn)
            {
                next.Pending.Abort(OperationOutcome.Refused, next.Refusal);
                continue;
            }

            _isBusy = true;
            next.Pending.IsHeld = false;
            next.Begin();
        }
    }
}
