namespace Supervisor.Web;

/// <summary>The dashboard cannot be served, for a reason that a user can see and mend.</summary>
public sealed class WebException(string message, Exception? inner = null) : Exception(message, inner);
