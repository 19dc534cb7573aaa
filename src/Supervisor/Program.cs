using Supervisor.Cli;
using Supervisor.Hosting;

return CommandLine.Run(args, new(Daemon.Run, MachineCheck.Of));
