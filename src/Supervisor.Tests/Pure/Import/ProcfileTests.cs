using Supervisor.Configuration.Files;
using Supervisor.Import;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

public sealed class ProcfileTests : ImportTest
{
    [Fact]
    public void A_release_goes_before_the_others_and_a_shell_takes_part_only_where_it_must()
    {
        var (here, jobs) = (Path.GetDirectoryName(Sample("procfile/Procfile")), Jobs(Sample("procfile/Procfile")));

        Assert.Equal(["web", "worker", "clock", "release"], jobs.Keys);
        Assert.Equal(["sh", "-c", "exec bundle exec puma -C config/puma.rb -p $PORT"], jobs["web"].Process.Command);
        Assert.Equal(["bundle", "exec", "sidekiq", "-q", "default", "-q", "mailers"], jobs["worker"].Process.Command);
        Assert.Equal(JobKind.Oneshot, jobs["release"].Kind);
        Assert.Equal(DependencyCondition.Succeeded, Assert.Single(jobs["web"].DependsOn).Condition);
        Assert.Equal([new EnvironmentVariable("PORT", "5000")], jobs["web"].Process.Environment);
        Assert.Equal((here, new EnvironmentFile($"{here}/.env", true)), (jobs["clock"].Process.Directory, Assert.Single(jobs["clock"].Process.EnvironmentFiles)));
    }

    [Fact]
    public void Each_process_type_has_a_range_of_ports()
    {
        var jobs = Jobs(Sample("procfile/Procfile.django"));

        Assert.Equal(["sh", "-c", "exec gunicorn shop.wsgi --log-file - --bind 0.0.0.0:${PORT}"], jobs["web"].Process.Command);
        Assert.Equal([new EnvironmentVariable("PORT", "5200")], jobs["flower"].Process.Environment);
    }

    [Fact]
    public void Lines_for_a_shell_stay_as_they_are()
    {
        var jobs = Jobs(Sample("procfile/node.procfile"));

        Assert.Equal(["sh", "-c", "cd server && NODE_ENV=production node --max-old-space-size=512 index.js 2>&1 | tee log/web.log"], jobs["web"].Process.Command);
        Assert.Equal(["npm", "run", "watch", "--", "--poll"], jobs["assets"].Process.Command);
        Assert.Equal(["sh", "-c", "exec ssh -N -L 5432:db.internal:5432 \"$TUNNEL_HOST\""], jobs["tunnel"].Process.Command);
    }

    [Fact]
    public void Development_and_a_cluster()
    {
        Assert.Equal(["env", "PORT=4000", "yarn", "workspace", "@app/streaming", "start"], Jobs(Sample("procfile/Procfile.dev"))["stream"].Process.Command);
        Assert.Equal(["etcd1", "etcd2"], Jobs(Sample("procfile/Procfile.etcd")).Keys);
    }

    [Theory]
    [InlineData("web bundle exec puma", "Procfile:1:1: 'web bundle exec puma' is not NAME: COMMAND (a name has letters, digits, '_' and '-')")]
    [InlineData("web: a\nweb: b", "Procfile:2:1: 'web' is written twice, first in line 1")]
    [InlineData("# nothing\n", "Procfile:1:1: there is no process type in it")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string problem) => Assert.Equal([problem], Problems("Procfile", text));

    [Theory]
    [InlineData("a.service", "[Service]\nExecStart=/bin/true", ImportKind.Systemd)]
    [InlineData("a.txt", "; x\n[program:a]\ncommand=x", ImportKind.Supervisord)]
    [InlineData("a.txt", "[Service]\nExecStart=/bin/true", ImportKind.Systemd)]
    [InlineData("stack.yaml", "services:\n  a: {command: x}", ImportKind.Compose)]
    [InlineData("a.txt", "web: x\nworker: y z", ImportKind.Procfile)]
    public void The_kind_is_told_by_name_and_content(string name, string text, ImportKind kind) => Assert.Equal(kind, Importer.Import([Write(name, text)], null).Kind);

    [Theory]
    [InlineData("a.txt", "hello", "a.txt:1:1: cannot tell what this is; say it: --from supervisord, compose, procfile or systemd")]
    [InlineData("supervisor.yaml", "jobs:\n  a: {command: x}", "supervisor.yaml:1:1: this is a configuration of supervisor already: `supervisor check` looks at it")]
    [InlineData("a.service", "\0", "a.service:1:1: the file is not text: a NUL byte at offset 0")]
    public void What_it_is_not(string name, string text, string problem) => Assert.Equal([problem], Problems(name, text));

    [Fact]
    public void Only_units_come_in_several_files() =>
        Assert.Contains("one file at a time", Assert.Single(Importer.Import([Write("Procfile", "a: b"), Write("Procfile2", "a: b")], null).Problems).Message, StringComparison.Ordinal);
}
