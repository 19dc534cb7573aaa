using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What it means for an instance that its spec has changed.</summary>
/// <param name="Keys">The keys that differ, as the file writes them.</param>
/// <param name="NeedsRestart">Whether a running process was started with something else; if not, the change concerns later decisions only.</param>
public sealed record SpecChange(Sequence<string> Keys, bool NeedsRestart)
{
    private static readonly (string Key, bool Live, Func<JobSpec, object?> Value)[] _keys =
    [
        ("command", false, spec => spec.Process.Command),
        ("directory", false, spec => spec.Process.Directory),
        ("chroot", false, spec => spec.Process.Chroot),
        ("environment", false, spec => spec.Process.Environment),
        ("environment_file", false, spec => spec.Process.EnvironmentFiles),
        ("user", false, spec => spec.Process.User),
        ("group", false, spec => spec.Process.Group),
        ("supplementary_groups", false, spec => spec.Process.SupplementaryGroups),
        ("umask", false, spec => spec.Process.Umask),
        ("limits", false, spec => spec.Process.Limits),
        ("nice", false, spec => spec.Process.Nice),
        ("ionice", false, spec => spec.Process.IoPriority),
        ("scheduling", false, spec => spec.Process.Scheduling),
        ("cpu_affinity", false, spec => spec.Process.CpuAffinity),
        ("oom_score_adjust", false, spec => spec.Process.OomScoreAdjust),
        ("no_new_privileges", false, spec => spec.Process.NoNewPrivileges),
        ("resources", false, spec => spec.Resources),
        ("capabilities", false, spec => spec.Process.Capabilities),
        ("securebits", false, spec => spec.Process.SecureBits),
        ("credentials", false, spec => spec.Process.Credentials),
        ("kind", false, spec => spec.Kind),
        ("ready", false, spec => spec.Ready),
        ("runtime_limit", false, spec => spec.RuntimeLimit),
        ("log", false, spec => spec.Log),
        ("board", false, spec => spec.Board),
        ("regions", false, spec => spec.Regions),
        ("sockets", false, spec => spec.Sockets),
        ("watchdog", false, spec => spec.Watchdog),
        ("notify", false, spec => spec.Notify),
        ("file_descriptor_store", false, spec => spec.FileDescriptorStore),
        ("health", false, spec => spec.Health),
        ("start", true, spec => spec.Start),
        ("before_start", true, spec => spec.BeforeStart),
        ("depends_on", true, spec => spec.DependsOn),
        ("on_dependency_restart", true, spec => spec.OnDependencyRestart),
        ("start_timeout", true, spec => spec.StartTimeout),
        ("restart", true, spec => spec.Restart),
        ("on_failure", true, spec => spec.OnFailure),
        ("cleanup", true, spec => spec.Cleanup),
        ("stop", true, spec => spec.Stop),
        ("reload", true, spec => spec.Reload),
        ("rolling", true, spec => spec.Surge),
        // With a schedule or without: that is another job. Another time is only another time.
        ("schedule", false, spec => spec.Schedule is not null),
        ("schedule", true, spec => spec.Schedule),
        ("essential", true, spec => spec.Essential),
    ];

    /// <summary>Compares two specs of one instance; null: they are equal.</summary>
    public static SpecChange? Between(JobSpec old, JobSpec @new)
    {
        if (old == @new)
        {
            return null;
        }

        var changed = _keys.Where(key => !Equals(key.Value(old), key.Value(@new))).ToList();
        // A difference that the table does not know must not pass for a harmless one.
        return new(changed.Select(key => key.Key).Distinct().ToSequence(), changed.Count == 0 || changed.Exists(key => !key.Live));
    }
}
