using System.Text.RegularExpressions;
using Supervisor.Configuration.Keys;

namespace Supervisor.Tests.Pure.Configuration;

/// <summary>Words of other supervisors are told with ours.</summary>
public sealed partial class PeerWordTests : ConfigurationTest
{
    [Theory]
    [InlineData("env: {A: b}", "unknown key 'env' in job 'a'; here that is 'environment': {NAME: value}")]
    [InlineData("autorestart: true", "unknown key 'autorestart' in job 'a'; here that is 'restart': always, on-failure or never")]
    [InlineData("working_dir: /srv", "unknown key 'working_dir' in job 'a'; here that is 'directory'")]
    [InlineData("WorkingDirectory: /srv", "unknown key 'WorkingDirectory' in job 'a'; here that is 'directory'")]
    [InlineData("stop_grace_period: 5s", "unknown key 'stop_grace_period' in job 'a'; here that is `stop: {timeout: 10s}`")]
    [InlineData("notification-fd: 3", "unknown key 'notification-fd' in job 'a'; here that is `ready: {fd: 3}`")]
    [InlineData("volumes: []", "unknown key 'volumes' in job 'a'; there is nothing like it here: it runs programs of this machine, which see its files and its network")]
    [InlineData("health: {exec: x, retries: 3}", "unknown key 'retries' in 'health' in job 'a'; here that is 'failures'")]
    [InlineData("health: {exec: x, initialDelaySeconds: 3}", "unknown key 'initialDelaySeconds' in 'health' in job 'a'; here that is 'start_period'")]
    [InlineData(
        "ready: {exec: x, failureThreshold: 3}",
        "unknown key 'failureThreshold' in 'ready' in job 'a'; there is nothing like it here: it is asked until it passes; the job's `start_timeout: 1m` is the limit")]
    [InlineData("ready: {exec: x, disabled: true}", "unknown key 'disabled' in 'ready' in job 'a'; there is nothing like it here: who wants no probe does not write it")]
    [InlineData(
        "on_failure: [{run: x, if: y}]",
        "unknown key 'if' in 'on_failure' in job 'a'; there is nothing like it here: only hooks have conditions; a shell can have one: `run: [sh, -c, \"if test -e x; then y; fi\"]`")]
    [InlineData("cleanup: [{run: x, if: y}]", "unknown key 'if' in 'cleanup' in job 'a'; here that is 'on': always, success, failure or signal")]
    [InlineData("resources: {limits: {cpus: 1}}", "unknown key 'limits' in 'resources' in job 'a'; there is nothing like it here: 'memory', 'cpu' and 'tasks' stand directly under 'resources'")]
    [InlineData("Restart: always", "unknown key 'Restart' in job 'a'; did you mean 'restart'?")]
    [InlineData("restrat: always", "unknown key 'restrat' in job 'a'; did you mean 'restart'?")]
    public void A_key_of_another_supervisor_is_told_with_ours(string line, string message) => Assert.Equal(message, Problem(line));

    [Theory]
    [InlineData("services: {a: {command: x}}", "'services' in 'supervisor.yaml'; here that is 'jobs': `supervisor import FILE`")]
    [InlineData("supervisor: {loglevel: debug}\njobs: {}", "in 'supervisor'; there is nothing like it here: it logs to standard error")]
    [InlineData("defaults: {autostart: false}\njobs: {}", "unknown key 'autostart' in 'defaults'; here that is `start: auto` or `start: manual`")]
    public void So_is_one_outside_of_the_jobs(string text, string part) => Assert.Contains(Problems(text), problem => problem.Contains(part, StringComparison.Ordinal));

    [Theory]
    [InlineData("restart: no", "found 'no'; here that is 'never'")]
    [InlineData("restart: false", "found 'false'; here that is 'never'")]
    [InlineData("restart: unless-stopped", "found 'unless-stopped'; here that is 'always': what somebody stopped stays down in any case")]
    [InlineData("restart: \"on-failure:3\"", "found 'on-failure:3'; here that is {policy: on-failure, limit: 5}")]
    [InlineData("restart: on_failure", "found 'on_failure'; did you mean 'on-failure'?")]
    [InlineData("restart: {policy: true}", "found 'true'; here that is 'always' (or 'on-failure': after a failure only)")]
    [InlineData("kind: notify", "found 'notify'; here that is 'service' together with `ready: notify`")]
    [InlineData("start: disabled", "found 'disabled'; here that is 'manual'")]
    [InlineData("log: {stdout: /var/log/a.log}", "found '/var/log/a.log'; here that is append:/path: the file is not rotated then; `file` is, in the supervisor's log_directory")]
    [InlineData("kind: cron", "found 'cron'; here that is 'oneshot' together with 'schedule'")]
    [InlineData("log: {stderr: /dev/stderr}", "found '/dev/stderr'; here that is 'console'")]
    public void A_value_of_another_supervisor_is_told_with_ours(string line, string end) => Assert.EndsWith(end, Problem(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("stdout", "'log.stdout' in job 'a': expected file, console, journal, null, inherit or append:/path, found 'fiel'; did you mean 'file'?")]
    [InlineData("stderr", "'log.stderr' in job 'a': expected stdout, file, console, journal, null, inherit or append:/path, found 'fiel'; did you mean 'file'?")]
    public void A_place_for_output_is_told_with_all_that_there_are(string key, string message) => Assert.Equal(message, Problem($"log: {{{key}: fiel}}"));

    [Theory]
    [InlineData("stop: SIGINT", "'stop' in job 'a': expected a map such as {signal: ...}, found 'SIGINT'")]
    [InlineData("schedule: \"0 3 * * *\"", "'schedule' in job 'a': expected a map such as {cron: ...}, found '0 3 * * *'")]
    [InlineData("environment: [A=b]", "'environment' in job 'a': expected a map of variables such as {NAME: value}, found a list")]
    [InlineData("before_start: mkdir x", "'before_start' in job 'a': expected a list such as [{run: ...}], found 'mkdir x'")]
    [InlineData("before_start: [mkdir x]", "'before_start' in job 'a': expected a map such as {run: ...}, found 'mkdir x'")]
    [InlineData("capabilities: CAP_KILL", "'capabilities' in job 'a': expected a list such as [CAP_KILL], found 'CAP_KILL'")]
    [InlineData("cleanup: {run: x}", "'cleanup' in job 'a': expected a list such as [{run: ...}], found a map")]
    public void A_value_of_another_shape_is_told_with_an_example(string line, string message) => Assert.Equal(message, Problem(line));

    [Theory]
    [InlineData("service_healthy", "; here that is 'ready', without a map: `b: ready`")]
    [InlineData("service_completed_successfully", "; here that is 'succeeded', without a map: `b: succeeded`")]
    [InlineData("completed", ", without a map: `b: completed`")]
    [InlineData("xyzzy", ", without a map: `b: ready`")]
    public void The_conditions_of_compose_are_told_without_their_map(string condition, string end) => Assert.Equal(
        [$"supervisor.yaml:1:57: 'depends_on.b' in job 'a': expected one of started, ready, completed, succeeded, found compose's {{condition: {condition}}}{end}"],
        Problems($"jobs: {{b: {{command: x}}, a: {{command: x, depends_on: {{b: {{condition: {condition}}}}}}}}}"));

    [Fact]
    public void A_word_stands_once_in_its_section_and_is_none_of_ours()
    {
        foreach (var section in PeerKeys.All.GroupBy(row => row.Section))
        {
            var words = section.SelectMany(row => row.Word.Words.Split(' ')).ToList();

            Assert.Equal(words.DistinctBy(PeerWord.Bare), words);
            Assert.DoesNotContain(words, word => Sections[section.Key].Find(word) is not null);
        }
    }

    [Fact]
    public void What_a_hint_names_exists()
    {
        foreach (var (section, word) in PeerKeys.All)
        {
            Assert.All(Quoted().Matches(word.Hint).Select(match => match.Groups[1].Value), name => Assert.True(Exists(section, name, word.Hint), word.Hint));
            Assert.All(Code().Matches(word.Hint).Select(match => match.Groups[1].Value), code => Assert.True(IsValid(section, code), word.Hint));
        }
    }

    private static Dictionary<string, Section> Sections { get; } = new Section[]
    {
        JobKeys.Job, FileKeys.File, FileKeys.Supervisor, FileKeys.Control, ProbeKeys.Ready, ProbeKeys.Health, JobKeys.Log, JobKeys.Restart, JobKeys.Stop, JobKeys.Step, JobKeys.Hook,
        JobKeys.Resources, JobKeys.Schedule, JobKeys.Socket,
    }.ToDictionary(section => section.Name);

    // A key stands in the section of the row, unless the hint says where: 'user' in 'defaults'.
    private static bool Exists(string section, string name, string hint) => Place().Match(hint) switch
    {
        { Success: false } => IsKey(section, name),
        var place when place.Groups[1].Value == name => IsKey("file", name) || IsKey("job", name),
        var place => IsKey(place.Groups[1].Value is "defaults" ? "job" : place.Groups[1].Value, name),
    };

    private static bool IsKey(string section, string name) => name.Split('.') is [var outer, var inner]
        ? IsKey(section, outer) && IsKey(section == "supervisor" ? $"supervisor.{outer}" : outer, inner)
        : Sections[section].Find(name) is not null;

    private bool IsValid(string section, string code) => code.StartsWith("supervisor ", StringComparison.Ordinal) || code.StartsWith("jobs:", StringComparison.Ordinal)
        || !code.Contains(':', StringComparison.Ordinal)
        || new[] { code, Within(section, code) }.Any(text => Problems($"jobs: {{a: {{command: x, {text}}}}}").Length == 0);

    private static string Within(string section, string code) => section switch
    {
        "step" => $"before_start: [{{{code}}}]",
        "hook" => $"cleanup: [{{{code}}}]",
        _ => $"{section}: {{{code}}}",
    };

    [GeneratedRegex("'([a-z_.]+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(" (?:in|of|under) '([a-z_]+)'")]
    private static partial Regex Place();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
