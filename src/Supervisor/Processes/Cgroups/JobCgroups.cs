using System.Globalization;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes.Cgroups;

/// <summary>
/// The jobs' cgroups: <c>NAME.job</c> with the limits of the whole, made with the first start of a run and removed with its last, and in it one for
/// each start (<see cref="RunCgroup"/>). A fresh one each time: peak, CPU time and kills are those of this run. <see cref="Enter"/> and
/// <see cref="Leave"/> belong to the spawn thread; the rest may be asked by anybody.
/// </summary>
public sealed class JobCgroups : ICgroupReader
{
    private const string Main = "main";
    private static readonly string[] _accounted = ["memory", "pids"];

    private readonly CgroupHome? _home;
    private readonly string _why;
    private readonly Dictionary<string, int> _runs = [];
    private readonly HashSet<string> _unremoved = [];

    private JobCgroups(CgroupHome? home, string why) => (_home, _why) = (home, why);

    /// <summary>No cgroups: every limit of <c>resources:</c> is missing.</summary>
    public static JobCgroups None { get; } = new(null, "control groups are not used here");

    /// <summary>Looks for a cgroup of our own and moves this process into a leaf of it.</summary>
    /// <param name="runtimeDirectory">Tells supervisors in one cgroup from each other.</param>
    public static JobCgroups Open(string runtimeDirectory)
    {
        var home = CgroupHome.Enter(runtimeDirectory, out var why);
        foreach (var controller in _accounted)
            _ = home?.Controllers.Enable(controller); // a limit that needs it tells why it is not there
        return new(home, why);
    }

    /// <summary>Directory below which they are; null: there are none.</summary>
    public string? Place => _home?.Directory;

    /// <summary>Why there are none, in words; empty: there are.</summary>
    public string WhyNot => _why;

    /// <inheritdoc/>
    public CgroupReading? Read(InstanceName name)
    {
        if (DirectoryOf(name) is not { } job || CgroupFile.Read(job + "/cpu.stat") is not { } cpu)
            return null;
        return new(
            job, CgroupText.Number(CgroupFile.Read(job + "/memory.current")), CgroupText.Number(CgroupFile.Read(job + "/pids.current")),
            TimeSpan.FromMicroseconds(CgroupText.Value(cpu, "usage_usec") ?? 0),
            CgroupText.Value(CgroupFile.Read($"{job}/{Main}/cpu.stat"), "throttled_usec") is { } throttled ? TimeSpan.FromMicroseconds(throttled) : null);
    }

    /// <summary>The processes in the cgroup of an instance: also those of a supervisor before us.</summary>
    public IReadOnlyList<int> Processes(InstanceName name) =>
        DirectoryOf(name) is { } job ? new RunCgroup(job, "", null).Members() : [];

    /// <summary>Whether a process is in the cgroup of a job.</summary>
    internal bool Holds(int pid) =>
        _home is not null
        && CgroupText.PathOf(CgroupFile.Read($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cgroup")) is { } path
        && path.StartsWith(_home.HierarchyPath + "/", StringComparison.Ordinal)
        && path.AsSpan(_home.HierarchyPath.Length + 1).Contains(CgroupHome.JobSuffix + "/", StringComparison.Ordinal);

    /// <summary>
    /// The cgroup of a process that was started before us, by the image or the supervisor before this one, to be left like one that was made here; null: it is none
    /// of our jobs'. While no start is made.
    /// </summary>
    /// <param name="path">Its directory (<see cref="RunCgroup.Path"/>).</param>
    /// <param name="resources">What its job may use.</param>
    internal RunCgroup? TakeOver(string path, ResourceSpec? resources)
    {
        if (_home is null || Path.GetDirectoryName(path) is not { } job || Path.GetDirectoryName(job) != _home.Directory || !Directory.Exists(path))
            return null;
        lock (_runs)
            _runs[job] = _runs.GetValueOrDefault(job) + 1;
        return new(path, $"{_home.HierarchyPath}/{Path.GetFileName(job)}/{Path.GetFileName(path)}", resources?.Memory);
    }

    /// <summary>Makes the cgroup of a start; null: it gets none.</summary>
    /// <param name="request">The start.</param>
    /// <param name="warning">What of its <c>resources:</c> does not hold, in words; null: all does.</param>
    /// <exception cref="SpawnFailedException">A limit cannot be set, and is required; or the cgroup is frozen.</exception>
    internal RunCgroup? Enter(StartRequest request, out string? warning)
    {
        var problems = new ResourceProblems();
        var run = _home is null ? null : Made(request, _home, problems);
        if (_home is null)
            problems.AddAll(request.Resources, _why);
        warning = problems.IsEmpty || request.Resources is null ? null : $"resources do not hold: {problems}";
        if (warning is not null && request.Resources is { Required: true })
            throw Refused(run, SpawnFailedException.Because(ExecStep.SetUpCgroup, problems.ToString()));
        // A child that cannot run on to execve would hold up every collection of ours, for as long as it is frozen.
        return run is { IsFrozen: true } ? throw Refused(run, SpawnFailedException.Because(ExecStep.SetUpCgroup, $"{run.Path} is frozen (cgroup.freeze)")) : run;
    }

    /// <summary>Removes the cgroup of a start whose processes have all ended, and the job's with the last one.</summary>
    internal void Leave(RunCgroup run)
    {
        var job = Path.GetDirectoryName(run.Path)!;
        bool isLast;
        lock (_runs)
        {
            isLast = (_runs[job] = _runs.GetValueOrDefault(job) - 1) <= 0;
            if (isLast)
                _runs.Remove(job);
        }

        if (!isLast)
        {
            CgroupHome.RemoveEmpty(run.Path);
            return;
        }

        _unremoved.Add(job);
        // The kernel may need a moment after the last end: then with the next one.
        _unremoved.RemoveWhere(empty => _runs.ContainsKey(empty) || CgroupHome.RemoveEmpty(empty));
    }

    private SpawnFailedException Refused(RunCgroup? run, SpawnFailedException refusal)
    {
        if (run is not null)
            Leave(run);
        return refusal;
    }

    private RunCgroup? Made(StartRequest request, CgroupHome home, ResourceProblems problems)
    {
        var job = $"{home.Directory}/{request.Owner}{CgroupHome.JobSuffix}";
        if (!_runs.ContainsKey(job))
        {
            CgroupHome.RemoveEmpty(job); // left by a supervisor before us: with old limits
            if (CgroupFile.Make(job) is not (0 or Errno.EEXIST) and var errno)
            {
                problems.AddAll(request.Resources, $"cannot make {job}: {Errno.Text(errno)}");
                return null;
            }

            foreach (var limit in ResourceFiles.OfJob(request.Resources))
                Set(job, limit, home.Controllers, problems);
        }

        var controllers = new CgroupControllers(job, home.Controllers);
        var isAccounted = controllers.Enable("memory") is null;
        var name = request.BesideMain ? $"step-{request.SpawnId}" : Main;
        // Somebody lives in it who is not of this run, left by a supervisor before us.
        if (CgroupFile.Make($"{job}/{name}") is Errno.EEXIST)
            name = $"{name}-{request.SpawnId}";
        var path = $"{job}/{name}";
        if (CgroupFile.Make(path) is not (0 or Errno.EEXIST) and var refused)
        {
            problems.AddAll(request.Resources, $"cannot make {path}: {Errno.Text(refused)}");
            return null;
        }

        _runs[job] = _runs.GetValueOrDefault(job) + 1;
        if (isAccounted)
            _ = CgroupFile.Write(path + "/memory.oom.group", "1"); // Linux 4.19: always there with the controller
        foreach (var limit in ResourceFiles.OfRun(request.Resources))
            Set(path, limit, controllers, problems);
        return new(path, $"{home.HierarchyPath}/{Path.GetFileName(job)}/{name}", request.Resources?.Memory);
    }

    private static void Set(string directory, ResourceFile limit, CgroupControllers controllers, ResourceProblems problems)
    {
        if (controllers.Enable(limit.Controller) is { } missing)
            problems.Add(limit.Key, missing);
        else if (CgroupFile.Write($"{directory}/{limit.File}", limit.Text) is not 0 and var errno)
            problems.Add(limit.Key, $"{limit.File}: {Errno.Text(errno)}");
    }

    private string? DirectoryOf(InstanceName name) => _home is null ? null : $"{_home.Directory}/{name}{CgroupHome.JobSuffix}";
}
