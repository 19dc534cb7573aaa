using System.Text;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>The environment of one start: what is inherited, and over it what is this start's own. Each name once, in the order of first mention; a later value wins.</summary>
internal sealed unsafe class StartEnvironment(InheritedEnvironment inherited)
{
    // Beyond this a look through the list costs more than an index of it.
    private const int FewNames = 24;

    private readonly List<EnvironmentVariable> _own = new(FewNames);
    private Dictionary<string, int>? _ownPlaces;
    private string?[]? _replaced;

    /// <summary>All of it as <c>NAME=value</c>.</summary>
    public List<string> Texts => [.. Enumerable.Range(0, inherited.Count).Select(place => $"{inherited[place].Name}={InheritedValue(place)}"), .. _own.Select(variable => $"{variable.Name}={variable.Value}")];

    /// <summary>Adds a layer.</summary>
    public void Add(IEnumerable<EnvironmentVariable> variables)
    {
        foreach (var (name, value) in variables)
            Set(name, value);
    }

    /// <summary>Sets one.</summary>
    public void Set(string name, string value)
    {
        if (inherited.PlaceOf(name) is >= 0 and var place)
            (_replaced ??= new string?[inherited.Count])[place] = value;
        else if (OwnPlaceOf(name) is >= 0 and var own)
            _own[own] = new(name, value);
        else
        {
            _ownPlaces?.Add(name, _own.Count);
            _own.Add(new(name, value));
        }
    }

    /// <summary>Its value; null: it is not set.</summary>
    public string? ValueOf(string name) =>
        inherited.PlaceOf(name) is >= 0 and var place ? InheritedValue(place) : OwnPlaceOf(name) is >= 0 and var own ? _own[own].Value : null;

    /// <summary>As execve takes it.</summary>
    /// <param name="arena">Where what is this start's own is written to.</param>
    /// <param name="found">Called for each variable of the start's own: its name, its value, and where that is.</param>
    public byte** Vector(Arena arena, Found found)
    {
        var vector = (byte**)arena.Allocate((inherited.Count + _own.Count + 1) * sizeof(byte*));
        var length = _own.Sum(LengthOf);
        for (var place = 0; _replaced is not null && place < inherited.Count; place++)
            length += _replaced[place] is { } value ? LengthOf(inherited[place] with { Value = value }) : 0;
        var at = (byte*)arena.Allocate(length);
        for (var place = 0; place < inherited.Count; place++)
        {
            if (_replaced?[place] is not { } value)
            {
                vector[place] = inherited.TextOf(place);
                continue;
            }

            vector[place] = at;
            at = Write(inherited[place] with { Value = value }, at);
        }

        for (var own = 0; own < _own.Count; own++)
        {
            vector[inherited.Count + own] = at;
            found(_own[own], at + Encoding.UTF8.GetByteCount(_own[own].Name) + 1);
            at = Write(_own[own], at);
        }

        return vector;
    }

    /// <summary>A variable, and where its value is.</summary>
    public delegate void Found(EnvironmentVariable variable, byte* value);

    private static int LengthOf(EnvironmentVariable variable) => Encoding.UTF8.GetByteCount(variable.Name) + Encoding.UTF8.GetByteCount(variable.Value) + 2;

    // The memory is zeroed: the NUL is there.
    private static byte* Write(EnvironmentVariable variable, byte* to)
    {
        to += Encoding.UTF8.GetBytes(variable.Name, new Span<byte>(to, Encoding.UTF8.GetByteCount(variable.Name)));
        *to++ = (byte)'=';
        to += Encoding.UTF8.GetBytes(variable.Value, new Span<byte>(to, Encoding.UTF8.GetByteCount(variable.Value)));
        return to + 1;
    }

    private string InheritedValue(int place) => _replaced?[place] ?? inherited[place].Value;

    private int OwnPlaceOf(string name)
    {
        if (_own.Count <= FewNames)
            return _own.FindIndex(variable => variable.Name == name);
        if (_ownPlaces is null)
        {
            _ownPlaces = new(StringComparer.Ordinal);
            for (var own = 0; own < _own.Count; own++)
                _ownPlaces.Add(_own[own].Name, own);
        }

        return _ownPlaces.GetValueOrDefault(name, -1);
    }
}
