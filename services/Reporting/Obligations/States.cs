using Qudao.Reporting.V1;

namespace Qudao.Reporting.Obligations;

/// <summary>States of an obligation, as stored.</summary>
public static class States
{
    public const string Scheduled = "scheduled";
    public const string DueSoon = "due-soon";
    public const string OnTime = "on-time";
    public const string Late = "late";
    public const string Missing = "missing";
    public const string Accepted = "accepted";
    public const string Returned = "returned";
    public const string Waived = "waived";

    private static readonly Dictionary<string, ObligationState> ByText = new()
    {
        [Scheduled] = ObligationState.Scheduled,
        [DueSoon] = ObligationState.DueSoon,
        [OnTime] = ObligationState.OnTime,
        [Late] = ObligationState.Late,
        [Missing] = ObligationState.Missing,
        [Accepted] = ObligationState.Accepted,
        [Returned] = ObligationState.Returned,
        [Waived] = ObligationState.Waived,
    };

    /// <summary>The state as the API names it.</summary>
    public static ObligationState Of(string text) => ByText[text];

    /// <summary>The state as stored; empty for "not said".</summary>
    public static string TextOf(ObligationState state) => ByText.FirstOrDefault(pair => pair.Value == state).Key ?? "";
}
