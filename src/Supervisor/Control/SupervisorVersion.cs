using System.Reflection;

namespace Supervisor.Control;

/// <summary>The version of this program.</summary>
public static class SupervisorVersion
{
    /// <summary><c>0.1.0</c>, without build metadata.</summary>
    public static string Text { get; } =
        typeof(SupervisorVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
