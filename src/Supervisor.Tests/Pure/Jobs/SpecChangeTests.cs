using System.Reflection;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Jobs;

public class SpecChangeTests
{
    private static readonly JobSpec _spec = new() { Name = new("web"), Process = new() { Command = ["main"] } };

    [Fact]
    public void Equal_specs_do_not_differ() => Assert.Null(SpecChange.Between(_spec, _spec with { Process = _spec.Process with { Command = ["main"] } }));

    [Fact]
    public void What_a_running_process_was_started_with_needs_a_restart()
    {
        var change = SpecChange.Between(_spec, _spec with { Process = new() { Command = ["other"] }, StartTimeout = null });

        Assert.Equal(["command", "start_timeout"], change!.Keys);
        Assert.True(change.NeedsRestart);
        Assert.False(SpecChange.Between(_spec, _spec with { StartTimeout = null })!.NeedsRestart);
    }

    // A property that somebody adds and forgets here would be a change without a name: told as "changed" with nothing to say what.
    [Fact]
    public void Every_property_of_a_spec_is_known_by_its_key()
    {
        foreach (var property in typeof(ProcessSpec).GetProperties().Where(property => property.CanWrite))
        {
            var process = _spec.Process with { };
            property.SetValue(process, Other(property, process));
            Assert.True(SpecChange.Between(_spec, _spec with { Process = process }) is { Keys.Count: 1, NeedsRestart: true }, $"ProcessSpec.{property.Name}");
        }

        foreach (var property in typeof(JobSpec).GetProperties().Where(property => property.CanWrite && property.Name is not ("Name" or "Process")))
        {
            var job = _spec with { };
            property.SetValue(job, Other(property, job));
            Assert.True(SpecChange.Between(_spec, job) is { Keys.Count: 1 }, $"JobSpec.{property.Name}");
        }
    }

    private static object? Other(PropertyInfo property, object owner)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var old = property.GetValue(owner);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>))
        {
            var item = type.GenericTypeArguments[0];
            var items = Array.CreateInstance(item, 3);
            items.SetValue(item == typeof(string) ? "x" : item.IsValueType ? Activator.CreateInstance(item) : null, 0);
            return Activator.CreateInstance(type, BindingFlags.NonPublic | BindingFlags.Instance, null, [items], null);
        }

        return type switch
        {
            _ when type == typeof(string) => "other",
            _ when type == typeof(bool) => !(bool)old!,
            _ when type == typeof(int) => 7,
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(77),
            _ when type == typeof(ReadySpec) => new ReadyAfter(TimeSpan.FromSeconds(77)),
            _ when type == typeof(HealthSpec) => new HealthSpec(new ExecProbe(["true"]) { Interval = TimeSpan.FromSeconds(77) }),
            _ when type == typeof(RestartSpec) => new RestartSpec { Factor = 77 },
            _ when type == typeof(StopSpec) => StopSpec.Default with { To = SignalTarget.Group },
            _ when type == typeof(ReloadSpec) => new ReloadSpec(Signal.Hup, null),
            _ when type == typeof(ResourceSpec) => new ResourceSpec { Tasks = 77 },
            _ when type == typeof(LogSpec) => new LogSpec { MaxFiles = 77 },
            _ when type == typeof(ScheduleSpec) => new ScheduleSpec { Every = TimeSpan.FromSeconds(77) },
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().First(value => !value.Equals(old)),
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ => throw new NotSupportedException($"teach this test another value of {type}"),
        };
    }
}
