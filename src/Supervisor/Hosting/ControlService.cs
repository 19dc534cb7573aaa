using Supervisor.Control;

namespace Supervisor.Hosting;

/// <summary>The control server as a part of the host: it answers until the last job has stopped, and its socket takes connections before the first one starts.</summary>
/// <param name="make">Makes a server on a descriptor of its own.</param>
internal sealed class ControlService(Func<ControlServer> make) : HttpService<ControlServer>("control", make);
