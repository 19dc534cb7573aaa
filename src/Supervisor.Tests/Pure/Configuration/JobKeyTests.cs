using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class JobKeyTests : ConfigurationTest
{
    [Theory]
    [InlineData("directory: .", "")]
    [InlineData("directory: ./", "")]
    [InlineData("directory: ./a/./b", "/a/b")]
    [InlineData("directory: ../a", "/../a")]
    public void A_relative_directory_is_told_without_dots_that_mean_nothing(string line, string end) => Assert.Equal(Root + end, Job(line).Process.Directory);

    [Fact]
    public void A_job_with_a_command_only_has_every_default()
    {
        var job = Job("command: /bin/true");

        Assert.Equal(new JobSpec { Name = new("a"), Process = new() { Command = ["/bin/true"] } }, job);
    }

    [Fact]
    public void A_oneshot_has_no_start_timeout_and_only_0_is_success()
    {
        var job = Job("kind: oneshot");

        Assert.Null(job.StartTimeout);
        Assert.Equal([ExitMatch.OfCode(0)], job.Restart.Success);
    }

    [Fact]
    public void Words_that_other_yaml_takes_for_booleans_are_text() =>
        Assert.Equal(
            [new("A", "no"), new("B", "on"), new("C", "8080"), new("D", "true"), new("E", "0x10"), new("F", "")],
            Job("environment: {A: no, B: on, C: 8080, D: true, E: 0x10, F: \"\"}").Process.Environment);

    [Theory]
    [InlineData("essential: yes", "'essential' in job 'a': expected true or false, found 'yes'")]
    [InlineData("essential: \"true\"", "'essential' in job 'a': expected true or false, found the string 'true'")]
    [InlineData("nice: 20", "'nice' in job 'a': expected a whole number from -20 to 19, found '20'")]
    [InlineData("start_timeout: 10", "'start_timeout' in job 'a': expected a duration such as 500ms, 10s, 5m or 1h30m, found '10'; a unit is missing: 10s?")]
    [InlineData("kind: oneshoot", "'kind' in job 'a': expected one of service, oneshot, found 'oneshoot'; did you mean 'oneshot'?")]
    [InlineData("command: [a, [b]]", "'command' in job 'a': expected text, found a list")]
    [InlineData("command: \"a 'b\"", "'command' in job 'a': the quote ' is not closed")]
    [InlineData("command: a | b", "'command' in job 'a': '|' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("command: echo 1; echo 2", "'command' in job 'a': '1;' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("command: sleep 5&", "'command' in job 'a': '5&' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("command: echo a >/x", "'command' in job 'a': '>/x' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("command: a 2>x", "'command' in job 'a': '2>x' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("command: echo $(date)", "'command' in job 'a': '$(date)' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it")]
    [InlineData("stop: {signal: SIGTREM}", "'stop.signal' in job 'a': expected a signal such as SIGTERM, found 'SIGTREM'; did you mean 'SIGTERM'?")]
    [InlineData("limits: {nofile: \"20:10\"}", "'limits.nofile' in job 'a': the soft limit 20 is above the hard limit 10")]
    [InlineData("limits: {nofiles: 20}", "unknown key 'nofiles' in 'limits' in job 'a'; did you mean 'nofile'?")]
    [InlineData("regions: [cache]", "'regions' in job 'a': region 'cache' does not exist")]
    [InlineData("log: {format: xml}", "'log.format' in job 'a': expected one of text, json, found 'xml'")]
    [InlineData("log: {max_total: 5MiB}", "'log.max_total' in job 'a': expected at least max_size (10485760 bytes), found 5242880 bytes")]
    [InlineData("log: {max_total: 15MiB, stderr: file}", "'log.max_total' in job 'a': expected at least max_size twice, for stdout and stderr have a file each (20971520 bytes), found 15728640 bytes")]
    [InlineData("reload: {run: x, notify: true}", "'reload.notify' in job 'a' is for a signal: a command is done when it ends")]
    [InlineData("reload: {signal: HUP, timeout: 1s}", "'reload.timeout' in job 'a' means nothing without 'run' or 'notify: true'")]
    [InlineData("environment: {A: }", "'environment.A' in job 'a': expected text (\"\" for an empty value), found nothing")]
    [InlineData("directory: ${NONE}", "'directory' in job 'a': variable 'NONE' is not set in the supervisor's environment")]
    [InlineData("depends_on: [a]", "job 'a' depends on itself")]
    public void A_wrong_value_says_what_is_expected_and_what_is_there(string line, string message) => Assert.Equal(message, Problem(line));

    [Fact]
    public void A_rolling_restart_starts_an_extra_instance_or_none() =>
        Assert.Equal([null, 0, 1], [Job("nice: 1").Surge, Job("rolling: {surge: 0}").Surge, Job("rolling: {surge: 1}").Surge]);

    [Theory]
    [InlineData("rolling: {surge: 2}", "'rolling.surge' in job 'a': expected a whole number from 0 to 1, found '2'")]
    [InlineData("rolling: {surge: 1}\n    kind: oneshot", "'rolling.surge' in job 'a': a oneshot serves nobody whom an extra instance could serve meanwhile")]
    [InlineData("rolling: {surges: 1}", "unknown key 'surges' in 'rolling' in job 'a'; did you mean 'surge'?")]
    public void Another_number_of_them_is_refused(string lines, string message) => Assert.Equal(message, Problem(lines));

    [Fact]
    public void A_oneshot_is_never_restarted_always() => Assert.Contains("never be completed", Problem("kind: oneshot", "restart: always"), StringComparison.Ordinal);

    [Fact]
    public void A_command_string_is_split_like_a_shell_splits_words() =>
        Assert.Equal(["sh", "-c", "a  b", "c d", "e\"f", "", "$x", "a|b", "|"], Job("""command: sh -c 'a  b' c\ d "e\"f" "" $x a|b "|" """).Process.Command);

    [Fact]
    public void Variables_are_expanded()
    {
        Assert.Equal(
            ["value", "", "fall", "deep", "$NAME", "${NAME}", "$", "a"],
            Job("command: [\"${NAME}\", \"${EMPTY}\", \"${EMPTY:-fall}\", \"${NONE:-deep}\", $NAME, \"$${NAME}\", $, \"${job}\"]").Process.Command);
    }

    [Fact]
    public void Instances_have_their_own_specs_beyond_the_number_in_the_file()
    {
        var job = Valid("jobs: {web: {instances: 2, directory: /srv, environment: {PORT: \"808${instance}\", D: \"${directory}\"}, command: x}}").Jobs[0];

        Assert.Equal(2, job.Instances);
        Assert.Equal("web@7", job.Instance(7).Name.ToString());
        Assert.Equal([new("PORT", "8087"), new("D", "/srv")], job.Instance(7).Process.Environment);
        Assert.Equal(1, job.PositionOf("directory")?.Line);
    }

    [Fact]
    public void Instances_in_which_nothing_names_the_instance_are_the_same_but_for_the_name()
    {
        var job = Valid("jobs: {web: {instances: 2, directory: /srv, environment: {D: \"${directory}/${job}\"}, command: x}}").Jobs[0];

        Assert.Equal(["web@0", "web@1", "web@7"], new[] { 0, 1, 7 }.Select(index => job.Instance(index).Name.ToString()));
        Assert.Equal(job.Instance(0) with { Name = new("web", 7, IsNumbered: true) }, job.Instance(7));
        Assert.Equal([new("D", "/srv/web")], job.Instance(7).Process.Environment);
    }

    [Theory]
    [InlineData("directory: \"/srv/${instance}\", environment: {D: \"${directory}\"}", "/srv/5")]
    [InlineData("environment: {D: \"${instance:-none}\"}", "5")]
    public void The_number_is_in_a_spec_wherever_it_came_from(string keys, string value) =>
        Assert.Equal([new("D", value)], Valid($"jobs: {{web: {{{keys}, command: x}}}}").Jobs[0].Instance(5).Process.Environment);

    [Fact]
    public void Equal_parts_of_specs_are_one_object()
    {
        var jobs = Valid("defaults: {restart: {limit: 5}}\njobs: {a: {command: x}, b: {command: x, instances: 2}, c: {command: y, restart: {limit: 6}}}").Jobs;

        Assert.Same(jobs[0].Instance(0).Restart, jobs[1].Instance(1).Restart);
        Assert.Same(jobs[0].Instance(0).Process, jobs[1].Instance(0).Process);
        Assert.Equal((6, "y"), (jobs[2].Instance(0).Restart.Limit, jobs[2].Instance(0).Process.Command[0]));
    }

    [Fact]
    public void What_is_read_once_for_all_jobs_is_still_of_each_job()
    {
        var jobs = Valid("defaults: {restart: {limit: 5}, log: {stdout: \"append:/var/log/${job}\"}}\njobs: {a: {command: x}, b: {command: x}, c: {command: x, kind: oneshot}, d: {command: x}}").Jobs;

        Assert.Equal(["/var/log/a", "/var/log/b", "/var/log/c", "/var/log/d"], jobs.Select(job => job.Instance(0).Log.Stdout.Path));
        Assert.Equal([5, 5, 1, 5], jobs.Select(job => job.Instance(0).Restart.Success.Count));
        Assert.Equal([(1, 29), (1, 29), (1, 29), (1, 29)], jobs.Select(job => (job.PositionOf("restart.limit")!.Value.Line, job.PositionOf("restart.limit")!.Value.Column)));
    }

    [Fact]
    public void Defaults_are_merged_per_key_of_maps_and_replaced_elsewhere()
    {
        var job = Valid("defaults: {environment: {A: a, B: b}, restart: {limit: 5}, nice: 5}\njobs: {a: {command: x, environment: {B: c}, restart: {delay: 1s}, nice: 1}}").Jobs[0].Instance(0);

        Assert.Equal([new("A", "a"), new("B", "c")], job.Process.Environment);
        Assert.Equal((5, TimeSpan.FromSeconds(1), 1), (job.Restart.Limit, job.Restart.Delay, job.Process.Nice));
    }

    [Fact]
    public void Merge_keys_and_aliases_work() =>
        Assert.Equal(["x"], Valid("jobs:\n  b: &b {command: x, nice: 3}\n  a: {<<: *b, nice: 1}\n").Jobs[1].Instance(0).Process.Command);

    [Fact]
    public void A_stop_is_a_signal_or_a_list_of_steps()
    {
        Assert.Equal(new StopSpec { To = SignalTarget.Group, Steps = [new(Signal.Int, null, TimeSpan.FromSeconds(5))] }, Job("stop: {signal: INT, to: group, timeout: 5s}").Stop);
        Assert.Equal(
            new StopSpec { Steps = [new(null, ["drain"], TimeSpan.FromSeconds(20)), new(Signal.Term, null, TimeSpan.FromSeconds(10)), new(Signal.Kill, null, TimeSpan.Zero)] },
            Job("stop: [{run: [drain], wait: 20s}, {signal: SIGTERM}, {signal: SIGKILL}]").Stop);
    }

    [Fact]
    public void Limits_take_names_and_units_of_prlimit() => Assert.Equal(
        [new(RlimitResource.Nofile, 1024, 4096), new(RlimitResource.Core, ResourceLimit.Unlimited, ResourceLimit.Unlimited), new(RlimitResource.As, 1 << 30, 1 << 30)],
        Job("limits: {nofile: 1024:4096, core: unlimited, as: 1GiB}").Process.Limits);

    [Fact]
    public void Includes_are_read_in_order_and_a_job_may_be_defined_once()
    {
        Write("jobs.d/b.yaml", "jobs: {b: {command: x}, a: {command: y}}");
        Write("jobs.d/a.yaml", "jobs: {a: {command: x}}\ninclude: ../supervisor.yaml");

        Assert.Equal(
            ["jobs.d/a.yaml:2:10: a cycle", "jobs.d/b.yaml:1:25: duplicate job 'a'; it is already defined at jobs.d/a.yaml:1:8"],
            Problems("include: [jobs.d/*.yaml, none.d/*.yaml]")
                .Select(problem => problem.Contains("cycle", StringComparison.Ordinal) ? problem[..(problem.IndexOf("cycle", StringComparison.Ordinal) + 5)] : problem));
    }
}
