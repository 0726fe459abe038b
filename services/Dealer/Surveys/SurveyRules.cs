using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Whose survey a row is, and what a row changes.</summary>
public static class SurveyRules
{
    /// <summary>The month a survey is for unless said otherwise: this one.</summary>
    public static string CurrentMonth(TimeProvider clock) => ChinaTime.Today(clock).ToString("yyyy-MM");

    /// <summary>A survey may be ready before its month begins, but not long before.</summary>
    public static List<Violation> Month(string month, DateOnly today) =>
        ServiceRules.Day($"{month}-01") > ChinaTime.StartOfMonth(today).AddMonths(1)
            ? [new("month", "最多提前一个月", "must be next month at the latest", "TOO_LATE")]
            : [];

    /// <summary>Why a row of this province is not for this organisation to enter; null when it is.</summary>
    public static SheetError? Foreign(OrganisationRow own, SurveyEntry entry)
    {
        if (own.ProvinceCode is null || own.ProvinceCode == entry.ProvinceCode)
            return null;
        var (ownName, name) = (Divisions.ByCode(own.ProvinceCode)?.Name, Divisions.ByCode(entry.ProvinceCode)?.Name);
        return new SheetError(entry.Number, SurveyForm.Region, $"{name}不属于本中心的省份（{ownName}）", $"{name} is not the centre's own province ({ownName})", entry.Sheet);
    }

    /// <summary>A colleague looks after the shop: what the caller cannot see the caller cannot overwrite. Null when the caller may.</summary>
    public static SheetError? TakenByColleague(PartnerRow partner, Caller caller, SurveyEntry entry) =>
        caller.Scope.Assignee is null || partner.AssigneeId is null || partner.AssigneeId == caller.Scope.Assignee
            ? null
            : new SheetError(entry.Number, SurveyForm.Name, "该机构由其他同事负责", "a colleague looks after this shop", entry.Sheet);

    /// <summary>Whether the two say the same.</summary>
    public static bool Same(SurveyRow row, SurveyRow cells) =>
        (row.Province, row.City, row.Name, row.Brands, row.AnnualVolume, row.Address, row.Contact)
            == (cells.Province, cells.City, cells.Name, cells.Brands, cells.AnnualVolume, cells.Address, cells.Contact)
        && (row.Phone, row.IsTarget, row.Advantage) == (cells.Phone, cells.IsTarget, cells.Advantage);

    /// <summary>Brings the client file up to date; an empty cell says nothing and erases nothing. The registered name stays.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Merge(PartnerRow partner, SurveyRow cells)
    {
        var before = (partner.Brands, partner.AnnualVolume, partner.Address, partner.Contact, partner.Phone, partner.Advantage);
        partner.Brands = Said(cells.Brands, partner.Brands);
        partner.AnnualVolume = cells.AnnualVolume ?? partner.AnnualVolume;
        partner.Address = Said(cells.Address, partner.Address);
        partner.Contact = Said(cells.Contact, partner.Contact);
        partner.Phone = Said(cells.Phone, partner.Phone);
        partner.Advantage = Said(cells.Advantage, partner.Advantage);
        return before != (partner.Brands, partner.AnnualVolume, partner.Address, partner.Contact, partner.Phone, partner.Advantage);

        static string Said(string cell, string known) => cell.Length > 0 ? cell : known;
    }
}
