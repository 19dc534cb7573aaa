using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class ResourceTests : ConfigurationTest
{
    private const string All = "resources: {memory: 512MiB, memory_high: 400MiB, swap: 0, tasks: 100, cpu: 150%, cpu_weight: 200, io_weight: 50, required: true}";

    [Fact]
    public void Every_limit_is_read() => Assert.Equal(
        new ResourceSpec { Memory = 512 << 20, MemoryHigh = 400 << 20, Swap = 0, Tasks = 100, Cpu = 1.5, CpuWeight = 200, IoWeight = 50, Required = true },
        Job(All).Resources);

    [Fact]
    public void What_is_shown_reads_back_to_the_same()
    {
        var job = Job(All);

        Assert.Equal(job.Resources, Valid(SpecWriter.Write(job)).Jobs[0].Instance(0).Resources);
    }

    [Fact]
    public void Without_a_limit_there_is_nothing_that_could_be_required() => Assert.Null(Job("resources: {required: true}").Resources);

    [Theory]
    [InlineData("resources: {memory: 0}", "'resources.memory' in job 'a': expected a size such as 4096, 64MiB or 10MB, found zero: nothing could run")]
    [InlineData("resources: {memory: 12EiB}", "'resources.memory' in job 'a': expected a size such as 4096, 64MiB or 10MB, found '12EiB'")]
    [InlineData("resources: {swap: 9000000TiB}", "'resources.swap' in job 'a': expected a size below 8 EiB, found more")]
    [InlineData("resources: {tasks: 0}", "'resources.tasks' in job 'a': expected a whole number from 1 to 4194304, found '0'")]
    [InlineData("resources: {cpu: 0%}", "'resources.cpu' in job 'a': expected a percentage from 1% to 100000%, found '0%'")]
    [InlineData("resources: {cpus: 50%}", "unknown key 'cpus' in 'resources' in job 'a'; here that is 'cpu': 150% is one CPU and a half")]
    public void A_wrong_limit_says_what_is_expected(string line, string message) => Assert.Equal(message, Problem(line));
}
