using System.Reflection;
using MassTransit;

namespace Qudao.Events;

/// <summary>
/// A business event 业务事件: what happened to one resource, as a snapshot after it happened. Version is the resource's
/// version then: a consumer that knows a newer one ignores it. Names are pinned by [EntityName]; fields are only added.
/// </summary>
[ExcludeFromTopology]
public abstract record Event
{
    /// <summary>Set when it is written to the outbox; the same on every delivery.</summary>
    public string EventId { get; init; } = "";

    /// <summary>When it happened (UTC); set when it is written to the outbox.</summary>
    public DateTimeOffset OccurTime { get; init; }

    /// <summary>Id of the resource, without its collection.</summary>
    public required string AggregateId { get; init; }

    /// <summary>The resource's version after the event.</summary>
    public required long Version { get; init; }

    /// <summary>Where in the tree it belongs, for example "/hq/js/"; who may see the event is decided by it.</summary>
    public required string ScopePath { get; init; }

    /// <summary>The salesperson it is assigned to, if any.</summary>
    public string? AssigneeId { get; init; }
}

/// <summary>Which services have a consumer for the event: their queues are bound before anybody publishes it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class HeardByAttribute(params string[] services) : Attribute
{
    public IReadOnlyList<string> Services { get; } = services;
}

/// <summary>Every event there is, by its pinned name.</summary>
public static class EventCatalog
{
    private static readonly Dictionary<Type, string> Names = typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event))).ToDictionary(
        type => type,
        type => type.GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? throw new InvalidOperationException($"{type.Name} has no pinned name ([EntityName])."));

    private static readonly Dictionary<Type, IReadOnlyList<string>> Listeners =
        Names.Keys.ToDictionary(type => type, type => type.GetCustomAttribute<HeardByAttribute>()?.Services ?? []);

    public static IReadOnlyDictionary<string, Type> Types { get; } = Names.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static string NameOf(Type type) => Names[type];

    public static IReadOnlyList<string> HeardBy(Type type) => Listeners[type];
}
