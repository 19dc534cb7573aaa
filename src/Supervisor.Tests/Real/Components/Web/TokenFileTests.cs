using Supervisor.Specs;
using Supervisor.Tests.Real.Components.Control;
using Supervisor.Web;

namespace Supervisor.Tests.Real.Components.Web;

public sealed class TokenFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("token-").FullName;

    private DaemonSpec Daemon(string? file = null) =>
        ScriptedSupervisor.Daemon("/run/none.sock") with { StateDirectory = _directory, Http = new() { TokenFile = file } };

    [Fact]
    public void A_token_of_our_own_is_made_once_and_only_the_owner_can_read_it()
    {
        var (path, first) = TokenFile.Read(Daemon());
        var text = File.ReadAllText(path).Trim();
        var (_, second) = TokenFile.Read(Daemon());

        Assert.Equal(Path.Combine(_directory, "http-token"), path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Matches("^[0-9a-f]{64}$", text);
        Assert.NotEqual(new string('0', 64), text);
        Assert.True(first.IsIn("Bearer " + text));
        Assert.True(second.IsIn("Bearer " + text));
        Assert.Equal([path], Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_can_read_or_change_is_refused(UnixFileMode more)
    {
        var path = Write("0123456789abcdef", UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        var refused = Assert.Throws<WebException>(() => TokenFile.Read(Daemon(path)));

        Assert.Contains($"chmod 600 {path}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has 0 characters, and 16 to 256 are needed")]
    [InlineData("hunter2", "has 7 characters, and 16 to 256 are needed")]
    [InlineData("correct horse battery", "other characters than printable ASCII, or blanks")]
    [InlineData("pässword-pässword", "other characters than printable ASCII, or blanks")]
    public void A_token_that_is_no_good_is_told_without_being_shown(string text, string what)
    {
        var path = Write(text, UnixFileMode.UserRead);

        var refused = Assert.Throws<WebException>(() => TokenFile.Read(Daemon(path)));

        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !refused.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_configured_file_that_is_missing_is_not_made()
    {
        var path = Path.Combine(_directory, "nowhere");

        var refused = Assert.Throws<WebException>(() => TokenFile.Read(Daemon(path)));

        Assert.EndsWith($"; `(umask 077; head -c 32 /dev/urandom | base64 > {path})` makes one", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Where_its_directory_is_missing_no_command_is_told_that_would_fail()
    {
        var path = Path.Combine(_directory, "nowhere", "token");

        var refused = Assert.Throws<WebException>(() => TokenFile.Read(Daemon(path)));

        Assert.EndsWith($"{path}: No such file or directory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_of_the_greatest_length_works()
    {
        var text = new string('x', WebToken.Longest);
        var token = new WebToken(text);

        Assert.True(token.IsIn("Bearer " + text));
        Assert.False(token.IsIn("Bearer " + text + "x"));
        Assert.False(token.IsIn("Bearer " + text[1..]));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(string text, UnixFileMode mode)
    {
        var path = Path.Combine(_directory, "token");
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
