using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>What a job may do beyond its user: <c>capabilities</c>, <c>securebits</c>, <c>credentials</c>.</summary>
internal static class PrivilegeBinder
{
    private const string Expected = "a capability such as CAP_NET_BIND_SERVICE";

    public static Sequence<Capability>? Capabilities(SectionReader job)
    {
        if (job["capabilities"] is null)
        {
            return null;
        }

        var found = job.Items("capabilities").Select(item => Capability(job, item)).OfType<Capability>();
        // The order means nothing: the same set is the same spec.
        return found.Distinct().OrderBy(capability => capability.Number).ToSequence();
    }

    public static Sequence<SecureBit>? SecureBits(SectionReader job) => job["securebits"] is null ? null
        : job.Items("securebits").Select(item => job.Scope.Word(item, job.What("securebits"), Keys.Vocabulary.SecureBit)).OfType<SecureBit>().Distinct().Order().ToSequence();

    public static Sequence<CredentialFile> Credentials(SectionReader job)
    {
        if (job["credentials"] is not { } node)
        {
            return [];
        }

        var what = job.What("credentials");
        if (node is not YamlMap)
        {
            job.Scope.Wrong<string>(node, what, "a map such as {db: /etc/secrets/db}");
        }

        var found = new List<CredentialFile>();
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            job.Scope.Places.Add(new("credentials." + key.Value, value.Position));
            if (key.Value is "" or "." or ".." || key.Value.Contains('/', StringComparison.Ordinal) || key.Value.Length > 200)
            {
                job.Scope.Problem(key, $"{what}: {YamlScalar.Shown(key.Value)} cannot be the name of a file");
            }
            else if (job.Scope.NonEmpty(value, what, "a path") is { } path)
            {
                found.Add(new(key.Value, FilePaths.Resolve(value, path)));
            }
        }

        if (found.Count > 0 && job["chroot"] is not null)
        {
            job.Scope.Problem(node, $"{what}: their directory is outside of the chroot, so the job could not read them");
        }

        return found.ToSequence();
    }

    private static Capability? Capability(SectionReader job, YamlNode item) =>
        job.Scope.Text(item, job.What("capabilities"), Expected) is not { } text ? null
        : Specs.Capability.TryParse(text, out var capability) ? capability
        : job.Scope.WrongValue<Capability>(item, job.What("capabilities"), Expected, YamlScalar.Shown(text) + Suggestions.For(text, Specs.Capability.Names));
}
