using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>One job of the file: gives the spec of any of its instances.</summary>
/// <param name="name">Name of the job.</param>
/// <param name="map">Its keys, the defaults merged in.</param>
/// <param name="regions">The regions that there are.</param>
/// <param name="context">Environment and default log target.</param>
internal sealed class JobBinder(string name, YamlMap map, RegionBinder regions, ConfigurationContext context)
{
    private readonly string _where = $"in job '{name}'";

    /// <summary>The number of instances, and whether it is written.</summary>
    public (int Count, bool IsNumbered) Instances(Problems problems)
    {
        var written = map["instances"];
        var count = written is null ? 1 : new Scope(problems, new(context.Environment)).Integer(written, new("", "instances", _where), 1, JobKeys.MostInstances);
        return (count ?? 1, written is not null);
    }

    /// <summary>The spec of an instance; with problems it is not to be used.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="isNumbered">Whether that is part of its name.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="parts">What it may share with others.</param>
    public BoundInstance Instance(int index, bool isNumbered, Problems problems, JobParts parts)
    {
        var own = new JobVariables(name, index);
        var variables = new Variables(context.Environment, own);
        var job = SectionReader.Open(new(problems, variables), map, JobKeys.Job, "", _where);
        var chroot = FilePaths.Read(job, "chroot");
        var directory = ProcessBinder.Directory(job);
        own.Directory = directory ?? "/";
        var spec = Bind(job, new(name, index, isNumbered), directory, chroot, parts);
        return new(spec, job.Scope.Places, variables.NamesInstance);
    }

    private JobSpec Bind(SectionReader job, InstanceName instance, string? directory, string? chroot, JobParts parts)
    {
        var isScheduled = job["schedule"] is not null;
        var kind = job.Word("kind", Vocabulary.Kind, isScheduled ? JobKind.Oneshot : JobKind.Service);
        var (ready, log) = (ReadinessBinder.Ready(job), parts.Log(job, context.DefaultLogTarget));
        ReadinessBinder.CheckLog(job, ready, log);
        return new()
        {
            Name = instance,
            Process = parts.One(ProcessBinder.Process(job, directory, chroot)),
            Resources = ResourceBinder.Resources(job),
            Kind = kind,
            Start = Start(job),
            Sockets = SocketBinder.Sockets(job, name, new(job.Text("user"), job.Text("group"))),
            BeforeStart = CommandBinder.Steps(job, "before_start"),
            DependsOn = DependencyBinder.DependsOn(job),
            OnDependencyRestart = job.Word("on_dependency_restart", Vocabulary.OnDependencyRestart, OnDependencyRestart.Keep),
            Ready = ready,
            StartTimeout = job.DurationOrNone("start_timeout", kind == JobKind.Oneshot ? null : TimeSpan.FromSeconds(90)),
            RuntimeLimit = job.DurationOrNone("runtime_limit", null),
            Restart = parts.Restart(job, kind, isScheduled),
            Surge = Surge(job, kind),
            Schedule = ScheduleBinder.Schedule(job),
            OnFailure = CommandBinder.Steps(job, "on_failure"),
            Cleanup = CommandBinder.Hooks(job, "cleanup"),
            Stop = parts.One(StopBinder.Stop(job)),
            Reload = StopBinder.Reload(job),
            Log = log,
            Board = job.Boolean("board", otherwise: true),
            Regions = regions.Of(job),
            Watchdog = job.DurationOrNone("watchdog", null),
            Notify = job.Boolean("notify"),
            FileDescriptorStore = job.Integer("file_descriptor_store") ?? 0,
            Health = ReadinessBinder.Health(job),
            Essential = job.Boolean("essential"),
        };
    }

    private static StartMode Start(SectionReader job)
    {
        var start = job.Word("start", Vocabulary.Start, StartMode.Auto);
        if (start is StartMode.OnDemand && job["sockets"] is not YamlList { Items.Count: > 0 })
        {
            job.Scope.Problem(job["start"]!, $"{job.What("start")}: on-demand starts at the first connection to one of its 'sockets', and it has none");
        }
        else if (start is StartMode.OnDemand && job["schedule"] is not null)
        {
            job.Scope.Problem(job["start"]!, $"{job.What("start")}: a job with a schedule starts by its schedule");
        }

        return start;
    }

    private static int? Surge(SectionReader job, JobKind kind)
    {
        if (job["rolling"] is null)
        {
            return null;
        }

        var rolling = job.Sub("rolling", JobKeys.Rolling);
        var surge = rolling.Integer("surge");
        if (surge > 0 && kind is JobKind.Oneshot)
        {
            rolling.Scope.Problem(rolling["surge"]!, $"{rolling.What("surge")}: a oneshot serves nobody whom an extra instance could serve meanwhile");
        }

        return surge;
    }
}

/// <summary>An instance of a job as the file has it.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Places">Where its keys stand; the last place of a key counts.</param>
/// <param name="NamesInstance">Whether ${instance} is in it: else all the instances are the same but for the name.</param>
internal sealed record BoundInstance(JobSpec Spec, List<KeyPlace> Places, bool NamesInstance);
