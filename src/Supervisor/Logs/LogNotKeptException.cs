namespace Supervisor.Logs;

/// <summary>A job's output goes where we do not read it; the message says where.</summary>
public sealed class LogNotKeptException(string message) : Exception(message);
