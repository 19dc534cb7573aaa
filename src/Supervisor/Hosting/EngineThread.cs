using Supervisor.Engine;

namespace Supervisor.Hosting;

/// <summary>The engine's thread. It begins before the host does: the first jobs start while the server is still being made, and whoever connects meanwhile waits in the socket's queue.</summary>
/// <param name="engine">The engine.</param>
/// <param name="booted">Called when every job has been told to start, or was taken over.</param>
internal sealed class EngineThread(EngineLoop engine, Action booted)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the engine is through, for whatever reason it stopped.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends when each job that starts by itself was started once, or waits for another; or when the engine is through before.</summary>
    public async Task Booted() => await (await Task.WhenAny(engine.Booted, _ended.Task).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Starts the jobs that start by themselves.</summary>
    public void Begin() => new Thread(Run) { Name = "engine", IsBackground = true }.Start();

    /// <summary>Stops every job in order. The engine keeps its own limits; others would only cut them short.</summary>
    public Task Stop()
    {
        engine.RequestShutdown(immediate: false);
        return _ended.Task;
    }

    private void Run()
    {
        try
        {
            engine.Boot();
            booted();
            engine.Run();
            _ended.SetResult();
        }
#pragma warning disable CA1031 // passed on: whoever stops the host gets it
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _ended.SetException(fault);
        }
    }
}
