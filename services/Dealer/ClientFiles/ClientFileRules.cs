using System.Globalization;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>What the entries of a client file must be like.</summary>
public static class ClientFileRules
{
    /// <summary>Fields of a contact that a person may change, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "title", "phone", "birthday", "primary", "consent", "remark"];

    public static List<Violation> Contact(Contact contact, DateOnly today)
    {
        var violations = new List<Violation>();
        if (contact.Birthday.Length > 0 && Date(contact.Birthday) is var birthday && (birthday > today || birthday.Year < 1900))
            violations.Add(new("contact.birthday", "不是可能的生日", "is no possible birthday"));
        return violations;
    }

    /// <summary>What of the record cannot be, or does not belong to its kind.</summary>
    public static List<Violation> Record(ClientRecord record, DateOnly today)
    {
        var violations = new List<Violation>();
        if (Date(record.OccurDate) > today)
            violations.Add(new("record.occur_date", "不能晚于今天", "must be today or before", "TOO_LATE"));
        var purchase = record.Kind == RecordKind.Purchase;
        if (purchase && record.Product.Length == 0)
            violations.Add(new("record.product", "购买记录须写明产品", "is required for a purchase", "REQUIRED"));
        if (purchase && record.Quantity == 0)
            violations.Add(new("record.quantity", "购买记录须写明数量", "is required for a purchase", "REQUIRED"));
        if (!purchase && record.Product.Length > 0)
            violations.Add(new("record.product", "只用于购买记录", "is for a purchase only"));
        if (!purchase && record.Quantity > 0)
            violations.Add(new("record.quantity", "只用于购买记录", "is for a purchase only"));
        if (!purchase && record.AmountFen > 0)
            violations.Add(new("record.amount_fen", "只用于购买记录", "is for a purchase only"));
        if (record.Kind != RecordKind.Feedback && record.Satisfaction > 0)
            violations.Add(new("record.satisfaction", "只用于服务反馈", "is for a feedback only"));
        return violations;
    }

    /// <summary>Why a record cannot be the correction of another; null when it can.</summary>
    public static Refusal? WhyNotCorrects(RecordRow? wrong, string partnerId, string kind) =>
        wrong is null || wrong.PartnerId != partnerId || wrong.Kind != kind
            ? Errors.Invalid("record.corrects", "须是同一客户、同一类的记录", "must be a record of the same partner and kind", "NOT_FOUND")
        : wrong.CorrectedBy.Length > 0
            ? Errors.Precondition("RECORD_CORRECTED", "该记录已被更正，请更正最新的一条。", "The record is corrected already; correct the latest one.")
        : null;

    public static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
