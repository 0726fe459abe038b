using Dapper;
using Qudao.Platform;

namespace Qudao.Reporting.Network;

/// <summary>
/// What figures are counted over: the caller's scope, and within it one organisation and all below when one is asked for.
/// Holds the parameters of NetworkStore.VisiblePartners and PathFilter.
/// </summary>
public sealed record Sight(string ScopeLow, string ScopeHigh, string? Assignee, string BelowLow, string BelowHigh)
{
    public static Sight Of(Scope scope) => new(scope.ScopeLow, scope.ScopeHigh, scope.Assignee, scope.ScopeLow, scope.ScopeHigh);

    /// <summary>Whether it covers every partner there is.</summary>
    public bool IsWhole => Assignee is null && (ScopeLow is "/" or "/hq/") && (BelowLow is "/" or "/hq/");

    /// <summary>Everything below this path, whoever asks: for figures of an organisation as a whole.</summary>
    public static Sight Of(string scopePath) => Of(new Scope(scopePath, null));

    /// <summary>The caller's scope, narrowed to an organisation when its name is given; NOT_FOUND when he may not see it.</summary>
    public static async Task<Sight> OfAsync(Session session, Scope scope, string organisation)
    {
        if (organisation.Length == 0)
            return Of(scope);
        var row = await NetworkStore.OrganisationAsync(session, Ids.Of(organisation, "organisations"), scope) ?? throw Errors.NotFound(organisation);
        var below = new Scope(row.ScopePath, null);
        return Of(scope) with { BelowLow = below.ScopeLow, BelowHigh = below.ScopeHigh };
    }

    /// <summary>Its parameters and these.</summary>
    public DynamicParameters With(object? values = null)
    {
        var all = new DynamicParameters(this);
        if (values is not null)
            all.AddDynamicParams(values);
        return all;
    }
}
