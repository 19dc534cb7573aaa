using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Support;

/// <summary>A process that a test started: its handle, its end, what it wrote. Disposing it kills it and what is left of its group.</summary>
internal sealed class TestProcess(IChildProcess child, Task<ChildExited> exited, Task<string> output, Task<string> error) : IDisposable
{
    /// <summary>The product's handle.</summary>
    public IChildProcess Child => child;

    /// <summary>Its pid.</summary>
    public int Pid => child.Pid;

    /// <summary>Its end.</summary>
    public Task<ChildExited> Exited => exited;

    /// <summary>All of its standard output, when it (and whoever inherited it) has closed it.</summary>
    public Task<string> Output => output;

    /// <summary>All of its standard error.</summary>
    public Task<string> Error => error;

    /// <inheritdoc/>
    public void Dispose()
    {
        child.SignalAll(Signal.Kill);
        Leave();
    }

    /// <summary>Gives the handle back after its end, and lets what is left of it live.</summary>
    public void Leave()
    {
        exited.Wait(TestProcesses.Patience);
        child.Dispose();
    }
}
