using Supervisor.Hosting;

namespace Supervisor.Tests.Pure.Hosting;

public class ProgramPagesTests
{
    [Fact]
    public void Code_and_constants_of_files_are_given_back()
    {
        var found = ProgramPages.Unchanged(
        [
            .. Mapping("559bdaa00000-559bdaf00000 r--p 00000000 08:01 1234 /usr/bin/supervisor", anonymous: 0),
            .. Mapping("559bdaf00000-559bdb600000 r-xp 00500000 08:01 1234 /usr/bin/supervisor", anonymous: 0),
        ]);

        Assert.Equal([(0x559bdaa00000, 0x500000), (0x559bdaf00000, 0x700000)], found.ConvertAll(mapping => ((long)mapping.Start, (long)mapping.Length)));
    }

    [Theory]
    [InlineData("559bdaa00000-559bdaf00000 r--p 00000000 08:01 1234 /usr/bin/supervisor", 8)] // relocated: nowhere else
    [InlineData("559bdaa00000-559bdaf00000 rw-p 00000000 08:01 1234 /usr/bin/supervisor", 0)]
    [InlineData("559bdaa00000-559bdaf00000 r--s 00000000 08:01 1234 /var/lib/supervisor-daemon/journal", 0)]
    [InlineData("559bdaa00000-559bdaf00000 r--p 00000000 00:00 0", 0)]
    [InlineData("7ffd1f1fe000-7ffd1f200000 r-xp 00000000 00:00 0 [vdso]", 0)]
    public void Everything_else_stays(string head, int anonymous) => Assert.Empty(ProgramPages.Unchanged(Mapping(head, anonymous)));

    [Fact]
    public void The_program_goes_on_after_its_pages_went()
    {
        ProgramPages.GiveBack(ProgramPages.Find());

        Assert.NotEmpty(ProgramPages.Find());
    }

    private static string[] Mapping(string head, int anonymous) =>
        [head, "Size:               5120 kB", "Rss:                1000 kB", $"Anonymous:          {anonymous} kB", "VmFlags: rd mr mw me sd"];
}
