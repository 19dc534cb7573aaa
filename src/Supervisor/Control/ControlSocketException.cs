namespace Supervisor.Control;

/// <summary>The control socket cannot be made, for a reason that a user can see and mend.</summary>
public sealed class ControlSocketException(string message) : Exception(message);
