using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>The text of a configuration file, or a problem.</summary>
internal static class YamlText
{
    /// <summary>Larger files are refused.</summary>
    public const int LargestFile = 16 * 1024 * 1024;

    private const int SmallestBuffer = 1024;

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
            if (!TryReadUpToLimit(stream, out var content))
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

    private static bool TryReadUpToLimit(FileStream stream, out ReadOnlySpan<byte> content)
    {
        // One more byte than a file has: the end is seen without making room for more.
        var buffer = new byte[Math.Clamp(stream.CanSeek ? stream.Length + 1 : 0, SmallestBuffer, LargestFile + 1)];
        var length = 0;
        for (int read; (read = stream.Read(buffer, length, buffer.Length - length)) > 0;)
        {
            length += read;
            if (length == buffer.Length && length <= LargestFile)
            {
                Array.Resize(ref buffer, Math.Min(2 * length, LargestFile + 1));
            }
        }

        content = buffer.AsSpan(0, length);
        return length <= LargestFile;
    }

    private static string? Decode(string file, ReadOnlySpan<byte> content, Problems problems)
    {
        var start = content.StartsWith("\uFEFF"u8) ? 3 : 0;
        try
        {
            var text = _strict.GetString(content[start..]);
            // YAML has no such character, and the scanner would take it for the end.
            if (content.IndexOf((byte)0) is var zero and >= 0)
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

    private static SourcePosition PositionOf(int offset, string file, ReadOnlySpan<byte> content)
    {
        var before = content[..Math.Min(offset, content.Length)];
        return new(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}
