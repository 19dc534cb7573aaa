namespace Supervisor.Hosting;

/// <summary>
/// Asks the engine for a sign of life and passes it on. One question at a time: a stuck engine gets one that it never answers, is not buried in
/// them, and nobody is told that it lives.
/// </summary>
/// <param name="ping">Ends when the engine has gone through a turn.</param>
/// <param name="alive">It has.</param>
internal sealed class EngineSigns(Func<Task> ping, Action alive)
{
    private Task _asked = Task.CompletedTask;

    /// <summary>Ends when the last question is over.</summary>
    public Task Asked => _asked;

    /// <summary>Asks, unless the last question is still open. To be called by one timer.</summary>
    public void Ask()
    {
        if (_asked.IsCompleted)
        {
            _asked = ping().ContinueWith(_ => alive(), TaskScheduler.Default);
        }
    }
}
