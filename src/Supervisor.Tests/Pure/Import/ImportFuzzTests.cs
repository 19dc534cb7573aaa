using CsCheck;
using Supervisor.Configuration;
using Supervisor.Configuration.Files;
using Supervisor.Import;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

public sealed class ImportFuzzTests : ImportTest
{
    private const string Alphabet = " \n\t:=-[]{}(),&*!|>'\"%@#?<$~0aé\\;\u2028\u0007";

    private static readonly (ImportKind Kind, string File)[] _samples =
    [
        (ImportKind.Supervisord, "supervisord/django.conf"), (ImportKind.Supervisord, "supervisord/switch.conf"), (ImportKind.Compose, "compose/airflow.yaml"),
        (ImportKind.Compose, "compose/search.yaml"), (ImportKind.Procfile, "procfile/node.procfile"), (ImportKind.Systemd, "systemd/gitea.service"),
        (ImportKind.Systemd, "systemd/prometheus.service"), (ImportKind.Systemd, "systemd/celery.service"),
    ];

    [Fact]
    public void A_damaged_file_gives_problems_or_a_text_that_can_be_parsed()
    {
        var name = 0;
        Gen.Select(Gen.Int[0, _samples.Length - 1], Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 8], Gen.Char[Alphabet].Array[0, 4]).Array[1, 4]).Sample((index, edits) =>
        {
            var sample = _samples[index];
            var text = File.ReadAllText(Sample(sample.File));
            foreach (var (at, removed, added) in edits)
            {
                var start = Math.Min(at, text.Length);
                text = text.Remove(start, Math.Min(removed, text.Length - start)).Insert(start, new string(added));
            }

            var result = Importer.Import([Write(sample.Kind == ImportKind.Systemd ? "a.service" : $"f{name++ % 4}", text)], sample.Kind);
            if (result.Text is null)
            {
                return result.Problems.Length > 0 && result.Problems.All(problem => problem.Position is { Line: > 0, Column: > 0 });
            }

            // A value may be wrong in itself, a name that is none; YAML and keys of ours it is always.
            var read = ConfigurationReader.Read(Write("supervisor.yaml", result.Text), new(new Dictionary<string, string>(), IsRoot: true, LogTarget.File));
            return !read.Problems.Any(problem => problem.Message.Contains("YAML", StringComparison.Ordinal) || problem.Message.Contains("unknown key", StringComparison.Ordinal)
                || problem.Message.Contains("not supported", StringComparison.Ordinal));
        }, iter: 2000, threads: 1);
    }

    [Theory]
    [InlineData("supervisord/django.conf", "\nfrobnicate = 1\n", ImportKind.Supervisord)]
    [InlineData("systemd/gitea.service", "\n[Service]\nFrobnicate=1\n", ImportKind.Systemd)]
    public void A_line_that_nobody_knows_is_quoted(string sample, string line, ImportKind kind)
    {
        var text = File.ReadAllText(Sample(sample)).TrimEnd() + line;

        Assert.Contains($":{text.TrimEnd().Split('\n').Length}: {line.Trim().Split('\n')[^1]}\n", Text(kind, Write("a.service", text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("- a", "\"- a\"")]
    [InlineData("a\u0007\"\\\n", "\"a\\U00000007\\\"\\\\\\n\"")]
    [InlineData("0755", "\"0755\"")]
    public void Scalars(string value, string yaml) => Assert.Equal(yaml, DraftYaml.Scalar(value));
}
