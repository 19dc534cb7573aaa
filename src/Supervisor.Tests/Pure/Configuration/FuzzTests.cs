using CsCheck;
using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class FuzzTests : ConfigurationTest
{
    private const string Valid0 = "version: 1\ndefaults: &d {nice: 1}\njobs:\n  a: {<<: *d, command: 'x y', restart: {limit: 5, success: [0, TERM]}}\n  b:\n    command: [a, \"b ${NAME}\"]\n    stop: [{signal: INT, wait: 1s}]\n    depends_on: {a: ready}\n";
    private const string Alphabet = " \n\t:-[]{},&*!|>'\"%@`#?<$~0aé\0\\\u2028";

    [Fact]
    public void A_damaged_file_gives_a_spec_or_problems_never_an_exception() =>
        Gen.Select(Gen.Int[0, Valid0.Length - 1], Gen.Int[0, 4], Gen.Char[Alphabet].Array[0, 4]).Array[1, 4].Sample(edits =>
        {
            var text = Valid0;
            foreach (var (at, removed, added) in edits)
            {
                var start = Math.Min(at, text.Length);
                text = text.Remove(start, Math.Min(removed, text.Length - start)).Insert(start, new string(added));
            }

            var result = Read(text);
            return result.Spec is null != result.Problems.IsEmpty && result.Problems.All(problem => problem.Position is { Line: > 0, Column: > 0 });
        }, iter: 3000, threads: 1);

    [Fact]
    public void A_written_spec_reads_back_to_itself() =>
        Gen.Select(Gen.String[Gen.Char[Alphabet.Replace("\0", "", StringComparison.Ordinal)], 1, 8], Gen.Long[1, 1_000_000_000_000], Gen.Int[0, 7], Gen.Bool, Gen.Double[0, 1]).Sample((text, ticks, small, flag, fraction) =>
        {
            var time = TimeSpan.FromTicks(ticks);
            var spec = new JobSpec
            {
                Name = new("a", flag ? small : 0, flag),
                Process = new()
                {
                    Command = ["x", text, ""],
                    Directory = "/" + text,
                    Environment = [new("A", text)],
                    EnvironmentFiles = [new("/" + text, flag)],
                    User = text,
                    SupplementaryGroups = flag ? [text] : null,
                    Umask = small * 8,
                    Limits = [new(RlimitResource.Nofile, (ulong)small, ResourceLimit.Unlimited)],
                    Nice = small,
                    IoPriority = new(IoClass.BestEffort, small),
                    Scheduling = new(SchedulingPolicy.Rr, small + 1),
                    CpuAffinity = [small, small + 2],
                },
                Kind = flag ? JobKind.Oneshot : JobKind.Service,
                BeforeStart = [new([text], time)],
                Ready = flag ? new ReadyAfter(time) : ReadySpec.Started,
                StartTimeout = flag ? null : time,
                RuntimeLimit = flag ? time : null,
                Restart = new() { Delay = time, MaxDelay = time, Jitter = fraction, Factor = 1 + fraction, Limit = small + 1, Within = flag ? time : null, RetryAfterLimit = flag ? null : time },
                Stop = new() { To = flag ? SignalTarget.Group : SignalTarget.Main, Steps = [new(null, [text], time), new(new Signal(34 + small), null, time)] },
                Reload = flag ? new(Signal.Hup, null) : new(null, new([text], time)),
                Log = new() { Stdout = flag ? LogTarget.Null : LogTarget.Append("/" + text), Timestamp = flag, MaxSize = 1024 + ticks, Format = flag ? LogFormat.Json : LogFormat.Text, MaxAge = flag ? TimeSpan.FromTicks(1 + ticks) : null, MaxTotal = flag ? null : 3 * (1024 + ticks), Compress = flag },
                Essential = flag,
                Surge = flag ? null : small % 2,
            };

            Assert.Equal(spec, Valid(SpecWriter.Write(spec)).Jobs[0].Instance(spec.Name.Index));
        }, iter: 500, threads: 1);

    [Fact]
    public void Secrets_are_hidden() => Assert.Contains("\"DB_PASSWORD\": \"********\"", SpecWriter.Write(Job("environment: {DB_PASSWORD: hunter2}")), StringComparison.Ordinal);
}
