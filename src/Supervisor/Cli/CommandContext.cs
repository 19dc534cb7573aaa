using System.CommandLine;

namespace Supervisor.Cli;

/// <summary>What a command works with: its parsed line, the terminal, the daemon.</summary>
internal sealed class CommandContext(ParseResult line, Terminal terminal, DaemonHooks hooks)
{
    private ControlClient? _client;

    /// <summary>The parsed command line.</summary>
    public ParseResult Line => line;

    /// <summary>Where to write.</summary>
    public Terminal Terminal => terminal;

    /// <summary>What the layers above offer.</summary>
    public DaemonHooks Hooks => hooks;

    /// <summary>How to show data.</summary>
    public OutputFormat Format => line.GetValue(CommonOptions.Output);

    /// <summary>The configuration file.</summary>
    /// <exception cref="CommandFailure">None is named, and none is where one is looked for.</exception>
    public string ConfigurationFile => DefaultPlaces.NoConfiguration(line.GetValue(CommonOptions.Config)) is { } nowhere
        ? throw new CommandFailure(ExitCodes.Failed, nowhere)
        : DefaultPlaces.Configuration(line.GetValue(CommonOptions.Config));

    /// <summary>Whether the daemon carries something out that we have ordered.</summary>
    public bool HasOrdered => _client?.HasOrdered is true;

    /// <summary>The daemon.</summary>
    public ControlClient Client => _client ??= new(DefaultPlaces.Sockets(line.GetValue(CommonOptions.Socket), line.GetValue(CommonOptions.Config)));

    /// <summary>false with --no-wait; else nothing is said of it.</summary>
    public bool? Wait => line.GetValue(CommonOptions.NoWait) ? false : null;

    /// <summary>true when an option is given; else nothing is said of it.</summary>
    public bool? If(Option<bool>? option) => option is not null && line.GetValue(option) ? true : null;
}
