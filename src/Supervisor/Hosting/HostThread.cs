using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Serilog;
using Supervisor.Linux;

namespace Supervisor.Hosting;

/// <summary>The thread on which the host starts, runs and stops, because the main thread has another duty.</summary>
internal sealed class HostThread
{
    private readonly Thread _thread;
    private Exception? _fault;

    /// <summary>Starts it.</summary>
    /// <param name="make">Makes what it runs.</param>
    /// <param name="failed">Called when the host did not come up, or fell: ends what runs beside it, and comes back when that has ended.</param>
    /// <param name="ended">Called when the host has stopped, however it did.</param>
    public HostThread(Func<IHost> make, Action failed, Action ended)
    {
        _thread = new(() => Run(make, failed, ended)) { Name = "host", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code of a failure, logged; null when the host ran and stopped as it should.</returns>
    /// <exception cref="StartupException">The host could not start, for a reason that a user can mend.</exception>
    public int? Join(ILogger log)
    {
        _thread.Join();
        switch (_fault)
        {
            case null:
                return null;
            case StartupException refused:
                throw refused;
            case SocketException or IOException or UnauthorizedAccessException or ErrnoException:
                throw new StartupException(_fault.Message);
            default:
                log.Fatal(_fault, "internal error; the supervisor ends, and its jobs with it");
                return 1;
        }
    }

    private void Run(Func<IHost> make, Action failed, Action ended)
    {
        try
        {
            make().Run();
        }
#pragma warning disable CA1031 // kept for Join, on the main thread
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _fault = fault;
            failed();
        }
        finally
        {
            ended();
        }
    }
}
