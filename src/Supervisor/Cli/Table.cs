using System.Text;

namespace Supervisor.Cli;

/// <summary>Aligned columns, two spaces apart; the last one is not padded.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<(string[] Cells, string? Colour)> _rows = [];
    private readonly int[] _widths = Array.ConvertAll(header, name => name.Length);

    /// <summary>Adds a row; <paramref name="colour"/> is an SGR code for its second cell (the state).</summary>
    public void Add(string? colour, params string[] cells)
    {
        var row = Array.ConvertAll(cells, PlainText.Of);
        for (var column = 0; column < row.Length; column++)
        {
            _widths[column] = Math.Max(_widths[column], row[column].Length);
        }

        _rows.Add((row, colour));
    }

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines(bool colours)
    {
        // One for all: what a thousand jobs leave behind is then too little for a collection, which would take longer than the table.
        var line = new StringBuilder();
        yield return Line(line, header, null);
        foreach (var (cells, colour) in _rows)
        {
            yield return Line(line, cells, colours ? colour : null);
        }
    }

    private string Line(StringBuilder line, string[] cells, string? colour)
    {
        line.Clear();
        for (var column = 0; column < cells.Length; column++)
        {
            var isColoured = column == 1 && colour is not null;
            line.Append(isColoured ? $"\e[{colour}m" : "").Append(cells[column]);
            line.Append(' ', column == cells.Length - 1 ? 0 : _widths[column] + 2 - cells[column].Length).Append(isColoured ? "\e[0m" : "");
        }

        return line.ToString().TrimEnd();
    }
}
