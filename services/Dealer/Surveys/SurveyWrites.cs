using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>What happens whenever a survey row is written, whoever writes it: the version before it is kept, and a changed target mark with its reason.</summary>
public static class SurveyWrites
{
    /// <summary>Enters the month's row of the partner, or changes the one that is known.</summary>
    /// <param name="cells">What it says; it becomes the row.</param>
    /// <param name="reason">Why the shop is marked; empty where none is asked.</param>
    public static async Task SaveAsync(Tx tx, SurveyRow? known, SurveyRow cells, PartnerRow partner, string month, SurveySource source, string reason, Caller caller)
    {
        // What the cells do not say comes from where the row is or will be.
        cells.Id = known?.Id ?? tx.NewId();
        cells.PartnerId = partner.Id;
        cells.OrganisationId = partner.OrganisationId;
        cells.Month = month;
        cells.Source = EnumText.Of(source);
        cells.EditorName = caller.Name;
        cells.ScopePath = partner.ScopePath;
        cells.AssigneeId = partner.AssigneeId;
        cells.Version = known?.Version ?? 1;
        cells.CreatedUs = known?.CreatedUs ?? tx.NowMicros;
        cells.UpdatedUs = tx.NowMicros;
        if (known is null)
        {
            await SurveyStore.InsertAsync(tx, cells);
        }
        else
        {
            await SurveyVersionStore.KeepAsync(tx, known);
            await SurveyStore.UpdateAsync(tx, cells);
        }
        // What is only carried on into another month is said by nobody anew.
        if (known?.IsTarget != cells.IsTarget && source != SurveySource.Confirm)
            await SurveyVersionStore.MarkAsync(tx, cells, known?.IsTarget, reason.Length > 0 ? reason : source == SurveySource.Import ? "导入" : "填报", caller);
    }

    /// <summary>Gives the month the row of an earlier one, as it stands 沿用.</summary>
    public static async Task<SurveyRow> ConfirmAsync(Tx tx, SurveyRow earlier, PartnerRow partner, string month, Caller caller)
    {
        var row = earlier.Copy();
        await SaveAsync(tx, null, row, partner, month, SurveySource.Confirm, "", caller);
        await tx.AuditAsync(caller, "survey.confirm", $"surveys/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Month, From = earlier.Month, row.Name });
        return row;
    }

    /// <summary>Says whether the shop is a target, and why; false when it was said already.</summary>
    public static async Task<bool> MarkAsync(Tx tx, SurveyRow row, PartnerRow partner, bool target, string reason, Caller caller)
    {
        if (row.IsTarget == target)
            return false;
        var cells = row.Copy();
        cells.IsTarget = target;
        await SaveAsync(tx, row, cells, partner, row.Month, SurveySource.Mark, reason, caller);
        (row.IsTarget, row.Version, row.Source, row.EditorName, row.UpdatedUs) = (target, cells.Version, cells.Source, cells.EditorName, cells.UpdatedUs);
        await tx.AuditAsync(caller, "survey.mark", $"surveys/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Month, Target = target, Reason = reason });
        return true;
    }

    /// <summary>Submits an organisation's month, and tells of it.</summary>
    public static async Task SubmitAsync(Tx tx, OrganisationRow home, string month, Caller caller) => await tx.PublishAsync(new SurveySubmitted
    {
        AggregateId = $"{home.Id}-{month}",
        Version = await SurveyStore.SubmitAsync(tx, home.Id, month),
        ScopePath = home.ScopePath,
        OrganisationId = home.Id,
        Month = month,
        StaffId = caller.StaffId ?? "",
        Rows = await SurveyStore.CountAsync(tx, home.Id, month),
    });

    /// <summary>Submits the month when the row that was just entered was the last that was missing.</summary>
    public static async Task SubmitIfCompleteAsync(Tx tx, OrganisationRow home, string month, Caller caller)
    {
        if (await SurveyMonthStore.MissingAsync(tx, home.Id, month) == 0)
            await SubmitAsync(tx, home, month, caller);
    }
}
