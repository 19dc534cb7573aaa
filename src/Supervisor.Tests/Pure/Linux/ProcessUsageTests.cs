using System.Text;
using Supervisor.Linux;

namespace Supervisor.Tests.Pure.Linux;

public class ProcessUsageTests
{
    private const string Fields = " S 1 42 42 0 -1 4194560 1151 0 0 0 250 50 0 0 20 0 1 0 100 8425472 310 18446744073709551615 1 1 0 0 0";

    [Theory]
    [InlineData("(web)")]
    [InlineData("(a) b (c)")]
    [InlineData("(9 9 9 9)")]
    public void The_name_may_contain_anything(string name)
    {
        var usage = ProcessUsage.Parse(Encoding.ASCII.GetBytes("4711 " + name + Fields));

        Assert.Equal(TimeSpan.FromSeconds(3), usage?.Cpu);
        Assert.Equal(310L * Environment.SystemPageSize, usage?.ResidentBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711 (web")]
    [InlineData("4711 (web) S 1 2")]
    public void What_is_no_stat_file_gives_nothing(string text) => Assert.Null(ProcessUsage.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_living_process_has_some_and_a_missing_one_none()
    {
        Assert.True(ProcessUsage.Of(Environment.ProcessId)?.ResidentBytes > 0);
        Assert.Null(ProcessUsage.Of(int.MaxValue));
    }
}
