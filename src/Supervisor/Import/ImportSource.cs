namespace Supervisor.Import;

/// <summary>A file to import.</summary>
/// <param name="Path">As it was named.</param>
/// <param name="Text">What is in it.</param>
internal sealed record ImportSource(string Path, string Text)
{
    /// <summary>Its name without directories.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The directory that it is in, as a full path.</summary>
    public string Directory => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "/";

    /// <summary>Its lines, without line ends.</summary>
    public string[] Lines => Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}

/// <summary>A line (or a few that belong together) of what is imported, to be quoted.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Number">Its first line, from 1.</param>
/// <param name="Text">As it is written; further lines after line breaks.</param>
internal readonly record struct SourceLine(string File, int Number, string Text);
