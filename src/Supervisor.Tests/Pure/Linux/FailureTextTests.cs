using Supervisor.Linux;

namespace Supervisor.Tests.Pure.Linux;

/// <summary>Failures of files come in the words of errno(3).</summary>
public class FailureTextTests
{
    [Theory]
    [InlineData("/nonexistent/file", "No such file or directory")]
    [InlineData("/nonexistent/", "No such file or directory")]
    [InlineData("/etc/passwd/x/y", "Not a directory: /etc/passwd")]
    public void A_file_that_cannot_be_opened(string path, string text) =>
        Assert.Equal(text, FailureText.Of(Record.Exception(() => File.OpenRead(path).Dispose())!, path));

    [Fact]
    public void What_is_inside_of_a_refusal_is_told() =>
        Assert.Equal("Read-only file system", FailureText.Of(new UnauthorizedAccessException("Access to the path is denied.", new IOException("", Errno.EROFS))));

    [Fact]
    public void A_full_disk() => Assert.Equal("No space left on device", FailureText.Of(new IOException("No space left on device : '/x'", Errno.ENOSPC)));

    [Fact]
    public void Without_errno_it_is_the_sentence_itself() => Assert.Equal("Odd", FailureText.Of(new IOException("Odd.")));
}
