using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Single rows, entered, changed, confirmed and marked one at a time.</summary>
internal static class SurveyEdits
{
    public static async Task<Survey> CreateAsync(Tx tx, Survey asked, string month, Caller caller)
    {
        var partner = await PartnerStore.GetAsync(tx, Ids.Of(asked.Partner, "partners"), caller.Scope)
            ?? throw Errors.Invalid("survey.partner", "找不到该机构，或它不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND");
        RequireShop(partner);
        var home = await HoldHomeAsync(tx, partner);
        await RefuseTwiceAsync(tx, partner, month);
        var cells = new SurveyRow { Name = partner.Name, CityCode = partner.CityCode };
        foreach (var path in SurveyRules.Changeable)
            Change(cells, path, asked);
        cells.IsTarget = asked.HasTarget ? asked.Target : null;
        Complete(cells, partner);
        await BringUpToDateAsync(tx, partner, cells, month, caller);
        await SurveyWrites.SaveAsync(tx, null, cells, partner, month, SurveySource.Edit, "", caller);
        await tx.AuditAsync(caller, "survey.create", $"surveys/{cells.Id}", cells.ScopePath, cells.AssigneeId, new { cells.Month, cells.Name });
        await SurveyWrites.SubmitIfCompleteAsync(tx, home, month, caller);
        return SurveyMessages.Of(cells, caller);
    }

    public static async Task<Survey> UpdateAsync(Tx tx, UpdateSurveyRequest request, Caller caller)
    {
        var asked = request.Survey;
        var (row, partner) = await FindAsync(tx, asked.Name, asked.Etag, caller);
        var paths = Fields.Paths(request.UpdateMask, SurveyRules.Changeable);
        var cells = row.Copy();
        foreach (var path in paths)
            Change(cells, path, asked);
        // A telephone that was shown masked comes back masked.
        if (cells.Phone.Length > 0 && cells.Phone == Privacy.Mask(row.Phone))
            cells.Phone = row.Phone;
        Complete(cells, partner);
        if (SurveyRules.Same(row, cells))
            return SurveyMessages.Of(row, caller);
        await BringUpToDateAsync(tx, partner, Changed(row, cells), row.Month, caller);
        await SurveyWrites.SaveAsync(tx, row, cells, partner, row.Month, SurveySource.Edit, "", caller);
        await tx.AuditAsync(caller, "survey.update", $"surveys/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Month, Fields = paths, Etag = Etag.Of(cells.Version) });
        return SurveyMessages.Of(cells, caller);
    }

    public static async Task<Survey> ConfirmAsync(Tx tx, ConfirmSurveyRequest request, string month, Caller caller)
    {
        var (row, partner) = await FindAsync(tx, request.Name, request.Etag, caller);
        if (string.CompareOrdinal(month, row.Month) <= 0)
            throw Errors.Invalid("month", $"须晚于该调研的月份 {row.Month}", $"must be later than the row's own month {row.Month}", "TOO_EARLY");
        var home = await HoldHomeAsync(tx, partner);
        await RefuseTwiceAsync(tx, partner, month);
        var confirmed = await SurveyWrites.ConfirmAsync(tx, row, partner, month, caller);
        await SurveyWrites.SubmitIfCompleteAsync(tx, home, month, caller);
        return SurveyMessages.Of(confirmed, caller);
    }

    public static async Task<Survey> MarkAsync(Tx tx, MarkSurveyTargetRequest request, Caller caller)
    {
        var (row, partner) = await FindAsync(tx, request.Name, request.Etag, caller);
        await SurveyWrites.MarkAsync(tx, row, partner, request.Target, request.Reason, caller);
        return SurveyMessages.Of(row, caller);
    }

    /// <summary>The organisation whose survey the shop is in, kept open and where it is until this is committed.</summary>
    public static async Task<OrganisationRow> HoldHomeAsync(Tx tx, PartnerRow partner)
    {
        var home = (await OrganisationStore.FindAsync(tx, partner.OrganisationId))!;
        await OrganisationWrites.HoldAsync(tx, home);
        return home;
    }

    private static async Task<(SurveyRow Row, PartnerRow Partner)> FindAsync(Tx tx, string name, string etag, Caller caller)
    {
        var row = await SurveyStore.GetAsync(tx, Ids.Of(name, "surveys"), caller.Scope) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        var partner = (await PartnerStore.FindAsync(tx, row.PartnerId))!;
        RequireShop(partner);
        return (row, partner);
    }

    private static void RequireShop(PartnerRow partner)
    {
        if (partner.MergedInto is not null)
            throw PartnerRules.Merged(partner);
        if (partner.Kind != EnumText.Of(PartnerKind.Terminal))
            throw Errors.Precondition("NOT_A_TERMINAL", $"“{partner.Name}”是市级代理商，不在调研表内。", $"\"{partner.Name}\" is a city agent; the survey is of shops.");
    }

    private static async Task RefuseTwiceAsync(Tx tx, PartnerRow partner, string month)
    {
        if (await SurveyStore.OfPartnerAsync(tx, partner.Id, month) is not null)
            throw Errors.Conflict("SURVEY_EXISTS", $"“{partner.Name}”{month} 月的调研已有记录。", $"\"{partner.Name}\" has a survey of {month} already.");
    }

    private static void Change(SurveyRow cells, string path, Survey asked)
    {
        switch (path)
        {
            case "display_name":
                cells.Name = asked.DisplayName.Length > 0 ? asked.DisplayName.Trim() : cells.Name;
                break;
            case "region":
                cells.Province = asked.Region.Trim();
                break;
            case "city":
                cells.City = asked.City.Trim();
                break;
            case "brands":
                cells.Brands = asked.Brands;
                break;
            case "annual_volume":
                cells.AnnualVolume = asked.HasAnnualVolume ? asked.AnnualVolume : null;
                break;
            case "address":
                cells.Address = asked.Address;
                break;
            case "contact":
                cells.Contact = asked.Contact;
                break;
            case "phone":
                cells.Phone = asked.Phone;
                break;
            case "advantage":
                cells.Advantage = asked.Advantage;
                break;
            default:
                throw new InvalidOperationException($"{path} is said to be changeable.");
        }
    }

    /// <summary>Fills an empty place with the shop's own; a place that is said must be the shop's.</summary>
    private static void Complete(SurveyRow cells, PartnerRow partner)
    {
        var own = Divisions.PlaceOf(partner.CityCode);
        if (cells.Province.Length == 0)
            cells.Province = own?.Province.ShortName ?? "";
        if (cells.City.Length == 0)
            cells.City = own?.City.ShortName ?? "";
        if (Divisions.Find(cells.Province, cells.City).Place?.City.Code != partner.CityCode)
            throw Errors.Invalid("survey.city", $"不是该机构所在的城市（{PartnerRules.CityName(partner.CityCode)}）", $"is not the shop's city ({partner.CityCode})", "WRONG_CITY");
        if (PartnerRules.NameKey(cells.Name).Length == 0)
            throw Errors.Invalid("survey.display_name", "须含文字", "must have letters");
    }

    /// <summary>Only what was changed: the client file may have been corrected since in the rest.</summary>
    private static SurveyRow Changed(SurveyRow before, SurveyRow after) => new()
    {
        Brands = after.Brands == before.Brands ? "" : after.Brands,
        AnnualVolume = after.AnnualVolume == before.AnnualVolume ? null : after.AnnualVolume,
        Address = after.Address == before.Address ? "" : after.Address,
        Contact = after.Contact == before.Contact ? "" : after.Contact,
        Phone = after.Phone == before.Phone ? "" : after.Phone,
        Advantage = after.Advantage == before.Advantage ? "" : after.Advantage,
    };

    /// <summary>What a shop's latest month says, its client file says.</summary>
    private static async Task BringUpToDateAsync(Tx tx, PartnerRow partner, SurveyRow cells, string month, Caller caller)
    {
        if (!await SurveyStore.IsLatestAsync(tx, partner.Id, month) || !SurveyRules.Merge(partner, cells))
            return;
        await PartnerWrites.SaveAsync(tx, partner, partner.Stage);
        await tx.AuditAsync(caller, "partner.update", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId, new { Survey = month, Etag = Etag.Of(partner.Version) });
    }
}
