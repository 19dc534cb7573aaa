using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>The text of a configuration file, or a problem.</summary>
internal static class YamlText
{
    /// <summary>Larger files are refused.</summary>
    public const int LargestFile = 16 * 1024 * 1024;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string? Read(string file, SourcePosition position, Problems problems)
    {
        try
        {
            if (Directory.Exists(file))
            {
                problems.Add(position, $"cannot read '{file}': it is a directory");
                return null;
            }

            using var stream = File.OpenRead(file);
            // A device or a FIFO tells no length: the limit holds for what is read.
            var content = ReadUpToLimit(stream);
            if (content is null)
            {
                problems.Add(position, $"'{file}' is larger than {LargestFile / 1024 / 1024} MiB");
                return null;
            }

            return Decode(file, content, problems);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(position, $"cannot read '{file}': no such file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(position, $"cannot read '{file}': {FailureText.Of(failure)}");
        }

        return null;
    }

    private static byte[]? ReadUpToLimit(FileStream stream)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > LargestFile)
            {
                return null;
            }
        }

        return content.ToArray();
    }

    private static string? Decode(string file, byte[] content, Problems problems)
    {
        var start = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        try
        {
            var text = _strict.GetString(content, start, content.Length - start);
            // YAML has no such character, and the scanner would take it for the end.
            if (content.AsSpan().IndexOf((byte)0) is var zero and >= 0)
            {
                problems.Add(PositionOf(zero, file, content), $"the file is not text: a NUL byte at offset {zero}");
                return null;
            }

            return text;
        }
        catch (DecoderFallbackException failure)
        {
            var offset = start + Math.Max(0, failure.Index);
            problems.Add(PositionOf(offset, file, content), $"the file is not UTF-8: invalid byte at offset {offset}");
            return null;
        }
    }

    private static SourcePosition PositionOf(int offset, string file, byte[] content)
    {
        var before = content.AsSpan(0, Math.Min(offset, content.Length));
        return new(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}
