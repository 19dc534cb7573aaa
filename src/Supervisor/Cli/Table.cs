using System.Text;

namespace Supervisor.Cli;

/// <summary>Aligned columns, two spaces apart; the last one is not padded.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<(string[] Cells, string? Colour)> _rows = [];

    /// <summary>Adds a row; <paramref name="colour"/> is an SGR code for its second cell (the state).</summary>
    public void Add(string? colour, params string[] cells) => _rows.Add(([.. cells.Select(PlainText.Of)], colour));

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines(bool colours)
    {
        var widths = header.Select((name, column) => _rows.Select(row => row.Cells[column].Length).Append(name.Length).Max()).ToArray();
        yield return Line(header, widths, null);
        foreach (var (cells, colour) in _rows)
        {
            yield return Line(cells, widths, colours ? colour : null);
        }
    }

    private static string Line(string[] cells, int[] widths, string? colour)
    {
        var line = new StringBuilder();
        for (var column = 0; column < cells.Length; column++)
        {
            var isColoured = column == 1 && colour is not null;
            line.Append(isColoured ? $"\e[{colour}m" : "").Append(cells[column]);
            line.Append(' ', column == cells.Length - 1 ? 0 : widths[column] + 2 - cells[column].Length).Append(isColoured ? "\e[0m" : "");
        }

        return line.ToString().TrimEnd();
    }
}
