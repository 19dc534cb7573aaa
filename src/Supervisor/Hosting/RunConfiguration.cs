using System.Collections;
using Supervisor.Cli;
using Supervisor.Configuration;
using Supervisor.Jobs;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Hosting;

/// <summary>Reads the configuration of <c>run</c>, at the start and again at SIGHUP, in the same circumstances.</summary>
internal sealed class RunConfiguration(RunOptions options)
{
    private const int BadConfiguration = 78; // EX_CONFIG of sysexits(3)

    private readonly ConfigurationContext _context = new(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
        IsRoot: LibC.geteuid() == 0,
        DefaultLogTarget());

    /// <summary>The spec, or what is wrong with it.</summary>
    public ConfigurationResult Read() => Read(null);

    /// <summary>The spec of the text that an earlier image had in force, or what is wrong with it.</summary>
    public ConfigurationResult Read(ConfigurationText? text)
    {
        var result = ConfigurationReader.Read(options.ConfigurationFile, _context with { Text = text });
        return result.Spec is { } spec && options.Socket is { } socket ? result with { Spec = Listening(spec, Path.GetFullPath(socket)) } : result;
    }

    /// <summary>The spec of the start.</summary>
    /// <exception cref="StartupException">It has problems: all of them are in the message.</exception>
    public SupervisorSpec ReadFirst(ConfigurationText? text = null)
    {
        // After an upgrade the text that is in force counts, whatever has become of the files.
        if (text is null && options.NoConfiguration is { } nowhere)
        {
            throw new StartupException(nowhere + "\n" + "nothing was started", BadConfiguration);
        }

        var result = Read(text);
        return result.Spec ?? throw new StartupException(
            string.Join('\n', result.Problems) + $"\n{options.ConfigurationFile}: {InWords.Count(result.Problems.Length, "problem")}; nothing was started", BadConfiguration);
    }

    // --socket wins over the file.
    private static SupervisorSpec Listening(SupervisorSpec spec, string socket) =>
        new() { File = spec.File, Jobs = spec.Jobs, Text = spec.Text, Daemon = spec.Daemon with { ControlSocket = socket } };

    // Who looks at a terminal, or reads a container's log, sees the jobs' output there; a service has files.
    private static LogTarget DefaultLogTarget() =>
        Environment.ProcessId == 1 || LibC.isatty(1) == 1 || LibC.isatty(2) == 1 ? LogTarget.Console : LogTarget.File;
}
