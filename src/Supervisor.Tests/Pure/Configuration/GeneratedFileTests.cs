using Supervisor.Configuration;
using Supervisor.Configuration.Keys;

namespace Supervisor.Tests.Pure.Configuration;

/// <summary>Files in the repository that follow from the key tables; SUPERVISOR_UPDATE_FILES=1 writes them anew.</summary>
public sealed class GeneratedFileTests : ConfigurationTest
{
    private static readonly bool _update = System.Environment.GetEnvironmentVariable("SUPERVISOR_UPDATE_FILES") == "1";

    [Fact]
    public void The_schema_is_what_the_reader_accepts() => AssertFile("config/supervisor.schema.json", _ => SchemaWriter.Write());

    [Fact]
    public void The_manual_has_every_key_with_its_default() => AssertFile("docs/configuration.md", text =>
    {
        var start = text.IndexOf('\n', text.IndexOf("<!-- keys:", StringComparison.Ordinal)) + 1;
        return text[..start] + KeyTables.Write() + text[text.IndexOf("<!-- end of keys", StringComparison.Ordinal)..];
    });

    [Theory]
    [InlineData("config/demo.yaml")]
    [InlineData("config/supervisor.yaml")]
    [InlineData("config/examples/shared-counters/supervisor.yaml")]
    [InlineData("packaging/container/supervisor.yaml")]
    public void The_files_that_we_ship_are_valid(string path) => Assert.Empty(ReadFile(Path.Combine(Repository, path)).Problems);

    [Fact]
    public void The_file_of_the_package_starts_nothing_and_is_valid_with_everything_in_it_that_is_commented_out()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository, "config/supervisor.yaml"));
        Assert.Empty(ReadFile(Path.Combine(Repository, "config/supervisor.yaml")).Spec!.Jobs);

        // Prose has one blank after the #; what is meant to be used has none, or the indentation of YAML.
        var used = lines.Where(line => line is not ['#', ' ', not ' ', ..]).Select(line => line.TrimStart('#').TrimEnd() is { Length: > 0 } text ? text : "");
        var everything = Read(string.Join('\n', used).Replace("group: adm", "group: root", StringComparison.Ordinal).Replace("www-data", "root", StringComparison.Ordinal));

        Assert.Empty(everything.Problems);
        Assert.Equal(["migrate", "web"], everything.Spec!.Jobs.Select(job => job.Name.ToString()).Order());
    }

    [Fact]
    public void A_documented_default_is_the_default_of_the_code()
    {
        var plain = Job();
        foreach (var key in JobKeys.Job.Keys.Where(key => key.Default is not null && key.Default[0] != '('))
        {
            Assert.Equal(plain, Job($"{key.Name}: {key.Default}"));
        }

        foreach (var section in new[] { JobKeys.Restart, JobKeys.Log, JobKeys.Stop })
        {
            foreach (var key in section.Keys.Where(key => key.Default is not null && key.Default[0] != '('))
            {
                Assert.Equal(plain, Job($"{section.Name}: {{{key.Name}: {key.Default}}}"));
            }
        }
    }

    private static string Repository
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(directory, "Supervisor.sln")))
            {
                directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Supervisor.sln above the tests");
            }

            return directory;
        }
    }

    private static void AssertFile(string name, Func<string, string> expected)
    {
        var path = Path.Combine(Repository, name);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (_update)
        {
            File.WriteAllText(path, expected(text));
        }
        else
        {
            Assert.Equal(expected(text), text);
        }
    }
}
