using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Variables that every start begins with, each also as the C string that its program gets: made once, never freed, never written to.</summary>
internal sealed unsafe class InheritedEnvironment
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<EnvironmentVariable> _variables = [];
    private readonly nint[] _texts;

    /// <summary>Takes what of <paramref name="variables"/> is passed on; the last one of a name counts.</summary>
    public InheritedEnvironment(IEnumerable<EnvironmentVariable> variables)
    {
        foreach (var variable in variables.Where(variable => ChildEnvironment.IsPassedOn(variable.Name)))
        {
            if (_places.TryAdd(variable.Name, _variables.Count))
                _variables.Add(variable);
            else
                _variables[_places[variable.Name]] = variable;
        }

        _texts = [.. _variables.Select(variable => Text($"{variable.Name}={variable.Value}"))];
    }

    /// <summary>How many.</summary>
    public int Count => _variables.Count;

    /// <summary>One of them.</summary>
    public EnvironmentVariable this[int place] => _variables[place];

    /// <summary>NAME=value as C has it.</summary>
    public byte* TextOf(int place) => (byte*)_texts[place];

    /// <summary>Where a name is; -1: it is not inherited.</summary>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, -1);

    private static nint Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var block = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(block, length));
        return (nint)block;
    }
}
