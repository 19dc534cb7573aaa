using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

public sealed class ComposeTests : ImportTest
{
    [Fact]
    public void Entrypoint_and_command_are_one_command_and_a_service_without_any_is_told()
    {
        var (text, jobs) = (Text(Sample("compose/gitea.yaml")), Jobs(Sample("compose/gitea.yaml")));

        Assert.Equal(["server"], jobs.Keys);
        Assert.Equal(["/usr/local/bin/gitea", "web", "--config", "/etc/gitea/app.ini"], jobs["server"].Process.Command);
        Assert.Contains(new EnvironmentVariable("GITEA__database__PASSWD", "secret"), jobs["server"].Process.Environment);
        Assert.Equal(RestartPolicy.Always, jobs["server"].Restart.Policy);
        Assert.Contains("gitea.yaml:31: db:", text, StringComparison.Ordinal);
        Assert.Contains("'db' is no job of this file", text, StringComparison.Ordinal);
        Assert.Contains("    # " + Sample("compose/gitea.yaml") + ":25: ports:\n    #       - \"3000:3000\"\n    #       - \"222:22\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_merges_conditions_and_replicas()
    {
        var file = Sample("compose/airflow.yaml");
        var (jobs, instances) = (Jobs(file), Spec(file).Jobs.ToDictionary(job => job.Name, job => job.Instances));

        Assert.Equal(["redis-server", "--save", "", "--appendonly", "no"], jobs["redis"].Process.Command);
        Assert.Equal(["/bin/bash", "-c", "if [[ -z \"${AIRFLOW_UID}\" ]]; then\n  echo \"AIRFLOW_UID is not set\"\nfi\nexec airflow db migrate\n"], jobs["airflow-init"].Process.Command);
        Assert.Equal((JobKind.Oneshot, RestartPolicy.Never, "0", "0"), (jobs["airflow-init"].Kind, jobs["airflow-init"].Restart.Policy, jobs["airflow-init"].Process.User, jobs["airflow-init"].Process.Group));
        Assert.Equal(("50000", "0"), (jobs["airflow-scheduler"].Process.User, jobs["airflow-scheduler"].Process.Group));
        Assert.Contains(new Dependency("redis", DependencyCondition.Ready), jobs["airflow-scheduler"].DependsOn);
        Assert.Contains(new Dependency("airflow-init", DependencyCondition.Succeeded), jobs["airflow-scheduler"].DependsOn);
        Assert.Equal((2, OnDependencyRestart.Restart), (instances["airflow-worker"], jobs["airflow-worker"].OnDependencyRestart));
        Assert.Equal((TimeSpan.FromSeconds(5), 3, TimeSpan.FromMinutes(2)), (jobs["airflow-worker"].Restart.Delay, jobs["airflow-worker"].Restart.Limit, jobs["airflow-worker"].Restart.Within));
        Assert.Contains(new EnvironmentVariable("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"), jobs["airflow-worker"].Process.Environment);
        Assert.Contains(new EnvironmentVariable("DUMB_INIT_SETSID", "0"), jobs["airflow-worker"].Process.Environment);
        Assert.Equal(StartMode.Manual, jobs["flower"].Start);
    }

    [Fact]
    public void Files_of_variables_signals_and_time_limits()
    {
        var file = Sample("compose/mastodon.yml");
        var (here, jobs) = (Path.GetDirectoryName(file), Jobs(file));

        Assert.Equal([new($"{here}/.env.production", false), new($"{here}/.env.local", true)], jobs["streaming"].Process.EnvironmentFiles);
        Assert.Equal(["bundle", "exec", "sidekiq", "-c", "5"], jobs["sidekiq"].Process.Command);
        Assert.Equal((20, TimeSpan.FromSeconds(90)), (jobs["sidekiq"].Stop.Steps[0].Signal?.Number, jobs["sidekiq"].Stop.Steps[0].Wait));
        Assert.Equal((RestartPolicy.OnFailure, 5), (jobs["sidekiq"].Restart.Policy, jobs["sidekiq"].Restart.Limit));
        Assert.Contains("grep -q 'OK'", Text(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_logs_and_privileges()
    {
        var jobs = Jobs(Sample("compose/search.yaml"));

        Assert.Equal(
            [new(RlimitResource.Memlock, ResourceLimit.Unlimited, ResourceLimit.Unlimited), new(RlimitResource.Nofile, 65536, 65536), new(RlimitResource.Nproc, 4096, 4096)],
            jobs["node"].Process.Limits);
        Assert.Equal((-100, true, 10 << 20, 3), (jobs["node"].Process.OomScoreAdjust, jobs["node"].Process.NoNewPrivileges, jobs["node"].Log.MaxSize, jobs["node"].Log.MaxFiles));
        Assert.Contains(new EnvironmentVariable("bootstrap.memory_lock", "true"), jobs["node"].Process.Environment);
        Assert.Equal(LogTarget.Null, jobs["dashboards"].Log.Stdout);
        Assert.Equal(DependencyCondition.Started, Assert.Single(jobs["dashboards"].DependsOn).Condition);
        Assert.Contains("Host(`dash.example.org`)", Text(Sample("compose/search.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_counterpart_is_told()
    {
        var (text, jobs) = (Text(Sample("compose/nextcloud.yaml")), Jobs(Sample("compose/nextcloud.yaml")));

        Assert.Contains("${PROXY_${ZONE}} has no counterpart", text, StringComparison.Ordinal);
        Assert.Contains("not followed: import what `docker compose config` writes", text, StringComparison.Ordinal);
        Assert.Equal(["video", "109"], jobs["app"].Process.SupplementaryGroups);
        Assert.Equal([0, 1], jobs["app"].Process.CpuAffinity);
    }

    [Theory]
    [InlineData("$$x ${A} $A ${A:-b c} ${A-b} ${A:?no} $", "$x ${A:-} ${A:-} ${A:-b c} ${A:-b} ${A} $")]
    [InlineData("$${A} $$$$", "$${A} $$$")]
    [InlineData("${A:-${B:-c}}x", "${A:-}x")]
    [InlineData("${A:+yes}", "${A:-}")]
    [InlineData("$1 ${", "$1 $${")]
    public void Interpolation(string theirs, string ours) => Assert.Equal(ours, Supervisor.Import.Compose.ComposeVariables.Translate(theirs, _ => { }));

    [Theory]
    [InlineData("services:\n  a: {command: x, restart: sometimes}", "c.yaml:2:28: 'restart': expected no, always, on-failure[:N] or unless-stopped, found 'sometimes' in service 'a'")]
    [InlineData("services:\n  a: {command: x, stop_grace_period: soon}", "c.yaml:2:38: 'stop_grace_period': expected a duration such as 500ms, 10s, 5m or 1h30m, found 'soon' in service 'a'")]
    [InlineData("services:\n  a: {command: x, stop_signal: SIGTREM}", "c.yaml:2:32: 'stop_signal': expected a signal, found 'SIGTREM'; did you mean 'SIGTERM'? in service 'a'")]
    [InlineData("services:\n  a: [x]", "c.yaml:2:6: service 'a': expected a map of keys, found a list")]
    [InlineData("services:\n  a: {command: x, ulimits: {nofle: 1}}", "c.yaml:2:29: 'ulimits': unknown limit 'nofle'; did you mean 'nofile'? in service 'a'")]
    [InlineData("services:\n  a: {command: x, mem_limit: much}", "c.yaml:2:30: 'mem_limit': expected a size such as 512m, found 'much' in service 'a'")]
    [InlineData("services:\n  a: {command: \"x '\"}", "c.yaml:2:16: 'command': the quote ' is not closed, in service 'a'")]
    [InlineData("services:\n  a: {command: x, deploy: {replicas: many}}", "c.yaml:2:38: 'replicas': expected a number 0..10000, found 'many' in service 'a'")]
    [InlineData("version: '3'", "c.yaml:1:1: there is no map 'services:' in it")]
    [InlineData("", "c.yaml:1:1: the file is empty")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string problem) =>
        Assert.Equal([problem], Problems("c.yaml", text, Supervisor.Configuration.Files.ImportKind.Compose));

    [Theory]
    [InlineData("1000", "1000", null)]
    [InlineData("app:www", "app", "www")]
    [InlineData("${UID:-1000}:${GID:-1001}", "1000", "1001")]
    [InlineData("${UID:-1000}", "1000", null)]
    public void A_user_may_have_a_group(string written, string user, string? group)
    {
        var process = Jobs(Write("c.yaml", $"services:\n  a: {{command: x, user: \"{written}\"}}\n"))["a"].Process;

        Assert.Equal((user, group), (process.User, process.Group));
    }

    [Fact]
    public void Broken_YAML_is_told_with_its_place() =>
        Assert.StartsWith("c.yaml:3:1: YAML", Assert.Single(Problems("c.yaml", "services:\n  a: {command: x\n")), StringComparison.Ordinal);
}
