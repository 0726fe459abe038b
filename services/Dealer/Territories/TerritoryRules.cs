using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Territories;

/// <summary>What a claim on a city comes to.</summary>
public enum ClaimOutcome
{
    /// <summary>Nobody holds the city.</summary>
    Take,

    /// <summary>The claimant holds it already, by this agreement or an earlier one.</summary>
    Keep,

    /// <summary>Another holds it.</summary>
    Conflict,
}

/// <summary>One active city agent for each city, or as many as the policy allows.</summary>
public static class TerritoryRules
{
    public const string Reserved = "reserved";
    public const string Active = "active";
    public const string Released = "released";

    /// <summary>How long a claim waits for its agreement to be signed.</summary>
    public static readonly TimeSpan ReserveFor = TimeSpan.FromMinutes(15);

    /// <param name="live">The rows that hold the city now, expired reservations among them.</param>
    /// <param name="limit">How many agents it takes.</param>
    public static ClaimOutcome Claim(IReadOnlyList<TerritoryRow> live, string partnerId, int limit, long nowMicros)
    {
        var holding = live.Where(row => !HasExpired(row, nowMicros)).ToList();
        if (holding.Any(row => row.PartnerId == partnerId))
            return ClaimOutcome.Keep;
        return holding.Count < limit ? ClaimOutcome.Take : ClaimOutcome.Conflict;
    }

    /// <summary>The first place of the city that nobody holds.</summary>
    public static int FreeSlot(IEnumerable<TerritoryRow> holding)
    {
        var taken = holding.Select(row => row.Slot).ToHashSet();
        return Enumerable.Range(1, taken.Count + 1).First(slot => !taken.Contains(slot));
    }

    /// <summary>Why this row cannot go to another agent; null when it can.</summary>
    public static Refusal? WhyNotTransfer(TerritoryRow row, PartnerRow from, PartnerRow to, IReadOnlyList<TerritoryRow> live)
    {
        if (row.State != Active)
            return Errors.Precondition("TERRITORY_NOT_ACTIVE", "只有已独占的城市可以转让。", "Only a city that is held can be transferred.");
        if (live.Any(held => held.PartnerId == to.Id))
            return Errors.Precondition("HOLDS_ALREADY", $"“{to.Name}”已代理该城市。", $"\"{to.Name}\" holds the city already.");
        if (to.OrganisationId != from.OrganisationId)
            return Errors.Invalid("partner", "须是同一组织的代理商", "must be an agent of the same organisation");
        return WhyNot(to);
    }

    public static bool HasExpired(TerritoryRow row, long nowMicros) => row.State == Reserved && row.ReserveUntilUs <= nowMicros;

    /// <summary>Why this partner cannot hold a city at all; null when it can.</summary>
    public static Refusal? WhyNot(PartnerRow partner)
    {
        if (partner.Kind != EnumText.Of(PartnerKind.CityAgent))
            return Errors.Precondition("NOT_A_CITY_AGENT", $"“{partner.Name}”不是市级代理商，不能独占城市。", $"\"{partner.Name}\" is not a city agent and holds no city.");
        // One that was suspended because its agreement had lapsed signs again.
        if ((partner.Stage == EnumText.Of(PartnerStage.Suspended) && partner.LapsedDate is null) || partner.Stage == EnumText.Of(PartnerStage.Terminated))
            return Errors.Precondition("PARTNER_STOPPED", $"“{partner.Name}”已暂停或终止合作。", $"\"{partner.Name}\" is suspended or terminated.");
        return null;
    }

    public static Refusal Conflict(string cityCode, string holderName) => Errors.Precondition("TERRITORY_CONFLICT",
        $"{PartnerRules.CityName(cityCode)}已由“{holderName}”独家代理，已登记区域冲突，待裁定。",
        $"{PartnerRules.CityName(cityCode)} is held by \"{holderName}\"; a territory conflict was opened.");
}
