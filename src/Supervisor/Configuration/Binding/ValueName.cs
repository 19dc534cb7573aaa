namespace Supervisor.Configuration.Binding;

/// <summary>What a value is called in messages: <c>'log.max_size' in job 'web'</c>. In words only when something is wrong with it, which is hardly ever.</summary>
/// <param name="Section">Path of its section, "" or "log.".</param>
/// <param name="Key">Its key.</param>
/// <param name="Where">The end: "in job 'web'".</param>
internal readonly record struct ValueName(string Section, string Key, string Where)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Section}{Key}' {Where}";
}
