using Qudao.Platform;

namespace Qudao.Reporting;

/// <summary>Who stands above whom in the line of sales: those below hand in, those above read and review.</summary>
public static class Ranks
{
    private static readonly Dictionary<string, int> ByRole = new()
    {
        ["sales-manager"] = 1,
        ["centre-general-manager"] = 2,
        ["hq-sales"] = 3,
        ["hq-marketing"] = 3,
        ["hq-office"] = 3,
        ["hq-general-manager"] = 3,
        [Protocol.Roles.Administrator] = 4,
    };

    /// <summary>How high somebody with these roles stands; 0 is above nobody.</summary>
    public static int Of(IEnumerable<string> roles) => roles.Select(role => ByRole.GetValueOrDefault(role)).DefaultIfEmpty(0).Max();
}

/// <summary>Who reads what people hand in and what is said of them: his own, and of those below him in his part of the tree.</summary>
public sealed record Reader(string Me, int Rank, string ScopeLow, string ScopeHigh)
{
    /// <summary>A department whose published results the reader hears as its counterpart at headquarters, who stands above nobody by rank.</summary>
    public string Department { get; init; } = "none";

    public static Reader Of(Caller caller) => new(caller.StaffId ?? "", Ranks.Of(caller.Roles), caller.Scope.ScopeLow, caller.Scope.ScopeHigh)
    {
        Department = caller.Roles.Contains("hq-training") ? "training" : "none",
    };
}
