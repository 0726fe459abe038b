using Qudao.Platform;

namespace Qudao.Contract.Partners;

/// <summary>
/// Whose money somebody may see: that of the partners within his scope; people outside, of their own partner alone. Rows that
/// belong to a partner have no place of their own: each statement joins partners p.
/// </summary>
public sealed record PartnerSight(string ScopeLow, string ScopeHigh, string? Assignee, string Own)
{
    /// <summary>For a statement that joins partners p; parameters @ScopeLow, @ScopeHigh, @Assignee, @Own.</summary>
    public const string SqlFilter = $"(@Own = '' OR p.id = @Own) AND {Scope.SqlFilter}";

    /// <summary>Everything: for the system itself.</summary>
    public static PartnerSight All { get; } = Of(Caller.System);

    public static PartnerSight Of(Caller caller) => new(caller.Scope.ScopeLow, caller.Scope.ScopeHigh, caller.Scope.Assignee, caller.PartnerId ?? "");
}
