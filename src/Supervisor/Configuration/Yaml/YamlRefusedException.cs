using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>Ends the reading of one file; becomes a problem.</summary>
internal sealed class YamlRefusedException(SourcePosition position, string message) : Exception(message)
{
    public SourcePosition Position => position;
}
