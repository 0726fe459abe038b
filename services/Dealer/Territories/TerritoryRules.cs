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

/// <summary>One active city agent for each city.</summary>
public static class TerritoryRules
{
    public const string Reserved = "reserved";
    public const string Active = "active";
    public const string Released = "released";

    /// <summary>How long a claim waits for its agreement to be signed.</summary>
    public static readonly TimeSpan ReserveFor = TimeSpan.FromMinutes(15);

    /// <param name="live">The row that holds the city now; null when it is free.</param>
    public static ClaimOutcome Claim(TerritoryRow? live, string partnerId, long nowMicros)
    {
        if (live is null || HasExpired(live, nowMicros))
            return ClaimOutcome.Take;
        return live.PartnerId == partnerId ? ClaimOutcome.Keep : ClaimOutcome.Conflict;
    }

    public static bool HasExpired(TerritoryRow row, long nowMicros) => row.State == Reserved && row.ReserveUntilUs <= nowMicros;

    /// <summary>Why this partner cannot hold a city at all; null when it can.</summary>
    public static Refusal? WhyNot(PartnerRow partner)
    {
        if (partner.Kind != EnumText.Of(PartnerKind.CityAgent))
            return Errors.Precondition("NOT_A_CITY_AGENT", $"“{partner.Name}”不是市级代理商，不能独占城市。", $"\"{partner.Name}\" is not a city agent and holds no city.");
        if (partner.Stage == EnumText.Of(PartnerStage.Suspended) || partner.Stage == EnumText.Of(PartnerStage.Terminated))
            return Errors.Precondition("PARTNER_STOPPED", $"“{partner.Name}”已暂停或终止合作。", $"\"{partner.Name}\" is suspended or terminated.");
        return null;
    }

    public static Refusal Conflict(string cityCode, string holderName) => Errors.Precondition("TERRITORY_CONFLICT",
        $"{PartnerRules.CityName(cityCode)}已由“{holderName}”独家代理，已登记区域冲突，待裁定。",
        $"{PartnerRules.CityName(cityCode)} is held by \"{holderName}\"; a territory conflict was opened.");
}
