using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>Giving a credit grade 信用等级, to one partner or to many.</summary>
public static class CreditGradings
{
    public static async Task<GradingRow> GradeAsync(Tx tx, PartnerRow partner, CreditGrade grade, string reason, Caller caller)
    {
        var row = new GradingRow { Id = tx.NewId(), PartnerId = partner.Id, Grade = EnumText.Of(grade), Reason = reason, AuthorName = caller.Name, CreatedUs = tx.NowMicros };
        await ClientFileStore.InsertAsync(tx, row);
        await tx.AuditAsync(caller, "partner.grade", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId, new { row.Grade, row.Reason });
        return row;
    }

    /// <summary>Whether it is the partner's grade already.</summary>
    public static async Task<bool> HasAsync(Session s, string partnerId, CreditGrade grade) =>
        await ClientFileStore.GradingsAsync(s, partnerId, "", 1) is [var latest] && latest.Grade == EnumText.Of(grade);
}
