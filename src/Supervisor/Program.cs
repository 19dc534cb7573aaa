using Supervisor.Cli;
using Supervisor.Hosting;
using Supervisor.Processes;

return CommandLine.Run(args, new(Daemon.Run, StartCheck.Check));
