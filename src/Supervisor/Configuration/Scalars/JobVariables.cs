using System.Globalization;

namespace Supervisor.Configuration.Scalars;

/// <summary>What a job can name of itself.</summary>
/// <param name="name"><c>${job}</c></param>
/// <param name="index"><c>${instance}</c></param>
internal sealed class JobVariables(string name, int index)
{
    /// <summary>The variable that differs between the instances of a job.</summary>
    public const string OfInstance = "instance";

    /// <summary>All of them.</summary>
    public static readonly string[] All = ["job", OfInstance, "directory"];

    /// <summary><c>${directory}</c>; null: not known yet.</summary>
    public string? Directory { get; set; }

    /// <summary>Those that have a value.</summary>
    public IEnumerable<string> Names => All.Where(variable => this[variable] is not null);

    /// <summary>The value of a variable; null: it has none, or there is no such variable.</summary>
    public string? this[string variable] => variable switch
    {
        "job" => name,
        OfInstance => index.ToString(CultureInfo.InvariantCulture),
        "directory" => Directory,
        _ => null,
    };
}
