using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using Supervisor.Upgrade;
using Xunit;

namespace Supervisor.Tests.Pure.Upgrade;

/// <summary>The state that one image hands to the next. Whoever adds something to a job's state finds out here whether it comes along.</summary>
public sealed class HandoverTests
{
    [Fact]
    public void Every_property_of_a_jobs_state_comes_along()
    {
        var state = (JobState)Filled(typeof(JobState))!;

        var read = RoundTrip(new() { Name = new("web"), State = state }).State;

        foreach (var property in Stored(typeof(JobState)))
        {
            Assert.True(Same(property.GetValue(state), property.GetValue(read)), $"JobState.{property.Name} does not come along");
        }
    }

    [Fact]
    public void Everything_that_is_kept_of_an_instance_comes_along()
    {
        var instance = (InstanceWorld)Filled(typeof(InstanceWorld))!;

        var read = RoundTrip(instance);

        foreach (var property in Stored(typeof(InstanceWorld)))
        {
            Assert.True(Same(property.GetValue(instance), property.GetValue(read)), $"InstanceWorld.{property.Name} does not come along");
        }
    }

    [Fact]
    public void Everything_that_the_engine_holds_of_an_instance_is_kept_or_is_known_not_to_be()
    {
        // Made anew by the next image: from the configuration, by opening them again, or at the next publication.
        string[] madeAnew = ["Definition", "Spec", "Log", "Memory", "Child", "Changed", "Version", "IsRemoved", "Published", "Unpublished", "Place", "Deadline", "QueuedFor", "World", "Probe", "Sockets", "Watch", "IsSupervisor", "JournalTicket", "HeldBack", "HookMark", "Notify", "NotifyMadeFor", "ReadyDescriptor", "Heartbeat", "IsExtra", "HeldBy"];
        var slot = typeof(EngineLoop).Assembly.GetType("Supervisor.Engine.JobSlot")!;

        var kept = typeof(InstanceWorld).GetProperties().Select(property => property.Name).ToHashSet();

        Assert.DoesNotContain(slot.GetProperties().Select(property => property.Name), name => !kept.Contains(name) && !madeAnew.Contains(name));
    }

    [Fact]
    public void Members_that_nobody_knows_are_passed_over_and_missing_ones_have_their_defaults()
    {
        var read = HandoverFile.Read("""
            {"Format": 1, "Version": "0.0.1", "FromTheFuture": {"a": [1]},
             "World": {"Started": {"Monotonic": "00:00:01", "Wall": "2026-01-01T00:00:00Z"}, "New": 1,
                       "Instances": [{"Name": {"Job": "web"}, "State": {"Goal": "Up", "Phase": "Ready", "Colour": "red"}}]}}
            """u8);

        var instance = Assert.Single(read.World.Instances);
        Assert.Equal((Goal.Up, Phase.Ready, 0), (instance.State.Goal, instance.State.Phase, instance.State.Attempt));
        Assert.Empty(instance.Steps);
        Assert.Empty(read.Descriptors);
    }

    [Theory]
    [InlineData("""{"Format": 3}""", "format 3, and this version reads formats up to 2")]
    [InlineData("""{"Format": 1, "World": {"Started": {}, "Instances": [{"Name": {"Job": "a"}, "State": {"Phase": "Dancing"}}]}}""", "State.Phase")]
    [InlineData("""{"Format": 1}""", "World")]
    [InlineData("{}", "cannot be read")]
    [InlineData("no json", "cannot be read")]
    public void A_state_that_cannot_be_understood_is_refused_with_the_reason(string json, string words)
    {
        var refused = Assert.Throws<HandoverException>(() => HandoverFile.Read(Encoding.UTF8.GetBytes(json)));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    private static InstanceWorld RoundTrip(InstanceWorld instance) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(instance, HandoverJson.Default.InstanceWorld), HandoverJson.Default.InstanceWorld)!;

    private static IEnumerable<PropertyInfo> Stored(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);

    // A value of a type in which nothing is as it is by default.
    private static object? Filled(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 8L,
            _ when type == typeof(ulong) => 9UL,
            _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(1234),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => Listed(nameof(ImmutableArrayOf), type),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>) => Listed(nameof(SequenceOf), type),
            _ => Made(type),
        };
    }

    private static object? Listed(string maker, Type type) => typeof(HandoverTests).GetMethod(maker, BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [Filled(type.GetGenericArguments()[0])]);

    private static ImmutableArray<T> ImmutableArrayOf<T>(T item) => [item];

    private static Sequence<T> SequenceOf<T>(T item) => [item];

    private static object Made(Type type)
    {
        var constructor = type.GetConstructors().Where(candidate => candidate.GetParameters() is not [var only] || only.ParameterType != type).OrderByDescending(candidate => candidate.GetParameters().Length).FirstOrDefault();
        var made = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Filled(parameter.ParameterType))]);
        foreach (var property in Stored(type).Where(property => constructor?.GetParameters().Any(parameter => parameter.Name == property.Name) is not true))
        {
            property.SetValue(made, Filled(property.PropertyType));
        }

        return made;
    }

    private static bool Same(object? a, object? b)
    {
        if (a is null || b is null || a is string || a.GetType().IsPrimitive || a.GetType().IsEnum || a is TimeSpan or DateTimeOffset)
        {
            return Equals(a, b);
        }

        if (a is IEnumerable listed)
        {
            return listed.Cast<object>().Zip(((IEnumerable)b).Cast<object>(), Same).All(same => same) && listed.Cast<object>().Count() == ((IEnumerable)b).Cast<object>().Count();
        }

        return a.GetType() == b.GetType() && Stored(a.GetType()).All(property => Same(property.GetValue(a), property.GetValue(b)));
    }
}
