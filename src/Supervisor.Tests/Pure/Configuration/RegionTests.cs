using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class RegionTests : ConfigurationTest
{
    private const string User = "jobs: {a: {command: x, regions: [cache]}}\n";

    [Fact]
    public void A_job_knows_the_size_of_the_regions_that_it_names()
    {
        var spec = Valid("regions: {cache: {size: 64MiB}, big-table: {size: 4096}}\njobs: {a: {command: x, regions: [big-table, cache]}}");

        Assert.Equal([new RegionSpec("big-table", 4096), new RegionSpec("cache", 64 << 20)], spec.Jobs[0].Instance(0).Regions);
        Assert.Equal("SUPERVISOR_REGION_BIG_TABLE_FD", spec.Jobs[0].Instance(0).Regions[0].Variable);
    }

    [Fact]
    public void An_included_file_may_declare_regions()
    {
        Write("more.yaml", "regions: {cache: {size: 1}}");

        Assert.Single(Valid("include: more.yaml\n" + User).Jobs[0].Instance(0).Regions);
    }

    [Theory]
    [InlineData("regions: {cache: {size: 0}}", "1:25: 'regions.cache.size' of region 'cache': expected at least 1 byte and at most 9223372036854775807, found 0")]
    [InlineData("regions: {cache: {}}", "1:18: 'regions.cache.size' of region 'cache' is missing")]
    [InlineData("regions: {cache: {size: 1, sise: 1}}", "1:28: unknown key 'sise' in 'regions.cache' of region 'cache'; did you mean 'size'?")]
    [InlineData("regions: [cache]", "1:10: 'regions' in 'supervisor.yaml': expected a map of regions by name, found a list", "2:34: 'regions' in job 'a': region 'cache' does not exist")]
    [InlineData("regions: {cach: {size: 1}}", "2:34: 'regions' in job 'a': region 'cache' does not exist; did you mean 'cach'?")]
    [InlineData("regions: {cache: {size: 1}, CACHE: {size: 2}}", "1:29: region 'CACHE' would have the same variable SUPERVISOR_REGION_CACHE_FD as 'cache' at DIR/supervisor.yaml:1:11")]
    public void Wrong_regions_are_told(string regions, params string[] problems) =>
        Assert.Equal(problems.Select(problem => $"supervisor.yaml:{problem}".Replace("DIR/", "", StringComparison.Ordinal)), Problems(regions + "\n" + User));

    [Fact]
    public void A_watchdog_needs_no_board_since_messages_feed_it_too() =>
        Assert.True(Valid("jobs: {a: {command: x, board: false, watchdog: 30s}}").Jobs[0].Instance(0) is { Board: false, HasNotifySocket: true });

    [Fact]
    public void Board_and_watchdog_are_read()
    {
        Assert.Null(Job().Watchdog);
        Assert.True(Job().Board);
        Assert.False(Job("board: false").Board);
        Assert.Equal(TimeSpan.FromSeconds(30), Job("watchdog: 30s").Watchdog);
    }
}
