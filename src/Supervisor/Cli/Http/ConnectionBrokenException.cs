namespace Supervisor.Cli.Http;

/// <summary>The other side has ended the connection before its answer was whole, or answered what is no HTTP.</summary>
internal sealed class ConnectionBrokenException(string message) : IOException(message);
