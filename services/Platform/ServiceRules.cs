using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Type = System.Type;

namespace Qudao.Platform;

/// <summary>Who asks, and when: what a rule may know besides the request.</summary>
public sealed record Asking(Caller Caller, DateTimeOffset Now)
{
    /// <summary>Today in China.</summary>
    public DateOnly Today => ChinaTime.DateOf(Now);
}

/// <summary>
/// What a service checks of one kind of request beside what its contract says, and without asking its database. It runs
/// together with the contract's rules, so that all faults are told at once; so it meets fields that are missing or malformed,
/// and what it says of those is left out.
/// </summary>
/// <param name="BesideFaults">Only beside other faults: where there are none, the method checks the same with what it finds in its database.</param>
public sealed record ServiceRule(Type Request, Func<IMessage, Asking, IEnumerable<Violation>> Check, bool BesideFaults);

/// <summary>Registers the rules of a service, and reads what they look at.</summary>
public static class ServiceRules
{
    public static void AddRule<TRequest>(this IServiceCollection services, Func<TRequest, Asking, IEnumerable<Violation>> check)
        where TRequest : IMessage =>
        services.AddSingleton(new ServiceRule(typeof(TRequest), (request, asking) => check((TRequest)request, asking), BesideFaults: false));

    /// <summary>A rule that the method runs itself, with what it finds in its database; here only beside other faults.</summary>
    public static void AddRuleBesideFaults<TRequest>(this IServiceCollection services, Func<TRequest, Asking, IEnumerable<Violation>> check)
        where TRequest : IMessage =>
        services.AddSingleton(new ServiceRule(typeof(TRequest), (request, asking) => check((TRequest)request, asking), BesideFaults: true));

    /// <inheritdoc cref="AddRule{TRequest}(IServiceCollection, Func{TRequest, Asking, IEnumerable{Violation}})"/>
    public static void AddRule<TRequest>(this IServiceCollection services, Func<TRequest, IEnumerable<Violation>> check)
        where TRequest : IMessage => services.AddRule<TRequest>((request, _) => check(request));

    /// <summary>The day written as "2026-03-31"; null when there is none or it is malformed.</summary>
    public static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The instant; null when there is none or it is out of range.</summary>
    public static DateTimeOffset? Time(Timestamp? time) =>
        time is not null && RequestRules.IsTime(time) ? time.ToDateTimeOffset() : null;

    /// <summary>
    /// The request with an empty message for each that it must have and has not, so that rules need not look for it. What may
    /// be missing stays so: that says something too.
    /// </summary>
    internal static IMessage Whole(IMessage request)
    {
        var missing = request.Descriptor.Fields.InDeclarationOrder()
            .Where(field => field is { FieldType: FieldType.Message, IsRepeated: false } && RequestRules.RulesOf(field).Required && !field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal) && field.Accessor.GetValue(request) is null).ToList();
        if (missing.Count == 0) return request;
        var whole = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        foreach (var field in missing) field.Accessor.SetValue(whole, field.MessageType.Parser.ParseFrom(ByteString.Empty));
        return whole;
    }

    /// <summary>
    /// The known faults, and more beside them: nothing more of a field that has one already, nor that what has one is missing,
    /// nor what follows from it.
    /// </summary>
    internal static IReadOnlyList<Violation> And(this IReadOnlyList<Violation> known, IReadOnlyList<Violation> more)
    {
        if (known.Count == 0) return more;
        if (more.Count == 0) return known;
        var paths = known.Select(fault => Problems.JsonPath(fault.Field)).ToHashSet();
        return [.. known, .. more.Where(fault => !IsTold(Problems.JsonPath(fault.Field), fault.Reason, paths) && !(fault.Given ?? []).Any(given => Touches(Problems.JsonPath(given), paths)))];
    }

    private static bool IsTold(string path, string reason, HashSet<string> told) =>
        Above(path).Any(told.Contains) || (reason == "REQUIRED" && Touches(path, told));

    private static bool Touches(string path, HashSet<string> told) => Above(path).Any(told.Contains) || told.Any(known => Above(known).Contains(path));

    // "a.b[2].c" and what it is in: "a.b[2]", "a.b", "a".
    private static IEnumerable<string> Above(string path)
    {
        yield return path;
        for (var end = path.LastIndexOfAny(['.', '[']); end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
            yield return path[..end];
    }
}
