using System.Runtime.CompilerServices;

namespace Supervisor.Tests.Support;

/// <summary>
/// Compares a text with a file beside the test that somebody has read and approved. <c>SUPERVISOR_APPROVE=1</c> writes the file anew: read the
/// difference before you commit it.
/// </summary>
internal static class ApprovedFile
{
    /// <summary>Fails with the lines that differ.</summary>
    public static void Verify(string text, string name, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, name);
        if (Environment.GetEnvironmentVariable("SUPERVISOR_APPROVE") == "1")
        {
            File.WriteAllText(path, text);
        }

        var approved = File.ReadAllText(path);
        if (approved != text)
        {
            var (old, @new) = (approved.Split('\n'), text.Split('\n'));
            Assert.Fail($"{name} differs (SUPERVISOR_APPROVE=1 writes it anew):\n"
                + string.Join('\n', old.Except(@new).Select(line => "- " + line).Concat(@new.Except(old).Select(line => "+ " + line))));
        }
    }
}
