using System.Globalization;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Whose survey a row is, and what a row changes.</summary>
public static class SurveyRules
{
    /// <summary>The month a survey is for unless said otherwise: this one.</summary>
    public static string CurrentMonth(TimeProvider clock) => ChinaTime.Today(clock).ToString("yyyy-MM");

    /// <summary>A survey may be ready before its month begins, but not long before.</summary>
    public static List<Violation> Month(string month, DateOnly today, string field = "month") =>
        ServiceRules.Day($"{month}-01") > ChinaTime.StartOfMonth(today).AddMonths(1)
            ? [new(field, "最多提前一个月", "must be next month at the latest", "TOO_LATE")]
            : [];

    /// <summary>Until which day of a month its survey is to be brought up to date.</summary>
    public static DateOnly DueDate(string month) => DateOnly.ParseExact($"{month}-05", "yyyy-MM-dd");

    /// <summary>The month before this one.</summary>
    public static string MonthBefore(string month) => DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd").AddMonths(-1).ToString("yyyy-MM");

    /// <summary>Columns that people change in a row, as update_mask names them; the target mark has a way of its own, with its reason.</summary>
    public static readonly IReadOnlyList<string> Changeable =
        ["display_name", "region", "city", "brands", "annual_volume", "address", "contact", "phone", "advantage"];

    /// <summary>What cannot be in a new row, whatever the shop.</summary>
    public static List<Violation> Create(Survey survey, DateOnly today)
    {
        var violations = Month(survey.Month, today, "survey.month");
        if (survey.Partner.Length == 0)
            violations.Add(new("survey.partner", "必填", "is required", "REQUIRED"));
        return violations;
    }

    /// <summary>An action on many shops names them or a filter.</summary>
    public static List<Violation> Many(int partners, BulkFilter? filter) =>
        partners == 0 == (filter is null) ? [new("partners", "须给出机构名单或筛选条件，二者取一", "give either the partners or a filter", "ONE_OF")] : [];

    /// <summary>Why a row of this province is not for this organisation to enter; null when it is.</summary>
    public static SheetError? Foreign(OrganisationRow own, SurveyLine line)
    {
        var province = line.Cells.CityCode[..2];
        if (own.ProvinceCode is null || own.ProvinceCode == province)
            return null;
        var (ownName, name) = (Divisions.ByCode(own.ProvinceCode)?.Name, Divisions.ByCode(province)?.Name);
        return line.Record.Error(SurveyForm.Region, $"{name}不属于本中心的省份（{ownName}）", $"{name} is not the centre's own province ({ownName})");
    }

    /// <summary>A colleague looks after the shop: what the caller cannot see the caller cannot overwrite. Null when the caller may.</summary>
    public static SheetError? TakenByColleague(PartnerRow partner, Caller caller, SurveyLine line) =>
        caller.Scope.Assignee is null || partner.AssigneeId is null || partner.AssigneeId == caller.Scope.Assignee
            ? null
            : line.Record.Error(SurveyForm.Name, "该机构由其他同事负责", "a colleague looks after this shop");

    /// <summary>What the later row says differently from the earlier one, column by column as they are shown.</summary>
    public static IEnumerable<SurveyFieldChange> Differences(SurveyRow before, SurveyRow after)
    {
        var (old, now) = (SurveyForm.Cells(before), SurveyForm.Cells(after));
        for (var i = 0; i < SurveyForm.Columns.Count; i++)
            if (!Equals(old[i], now[i]))
                yield return new SurveyFieldChange { Column = SurveyForm.Columns[i].Header, Before = Shown(old[i]), After = Shown(now[i]) };
    }

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

    private static string Shown(object? cell) => cell switch
    {
        null => "",
        bool yes => yes ? "是" : "否",
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
    };
}
