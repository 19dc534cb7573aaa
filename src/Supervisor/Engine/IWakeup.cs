namespace Supervisor.Engine;

/// <summary>How the engine thread sleeps; faked on floor 2.</summary>
public interface IWakeup
{
    /// <summary>Ends the current or the next <see cref="Sleep"/>. Any thread may call it.</summary>
    void Wake();

    /// <summary>Sleeps until <see cref="Wake"/>, or until <paramref name="until"/> on the engine's clock (null: no limit).</summary>
    /// <returns>Whether the wall clock has been set since the last call (or the machine has slept).</returns>
    bool Sleep(TimeSpan? until);

    /// <summary>Lets what comes in drops run together for a moment: sleeps for it, whatever happens.</summary>
    void Rest();
}
