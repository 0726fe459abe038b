using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>What the entries of a client file must be like.</summary>
public static class ClientFileRules
{
    /// <summary>Fields of a contact that a person may change, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "title", "phone", "birthday", "primary", "consent", "remark"];

    /// <summary>Somebody's masked number is no number.</summary>
    public static readonly Violation MaskedPhone = new("contact.phone", "须是完整的电话号码", "must be the whole telephone number");

    private static readonly string[] Kind = ["record.kind"];

    /// <summary>What cannot be of a new contact.</summary>
    public static IEnumerable<Violation> Create(Contact contact, DateOnly today) =>
        contact.Phone.Contains('*') ? [.. Birthday(contact, today), MaskedPhone] : Birthday(contact, today);

    /// <summary>What cannot be of a contact's new values.</summary>
    public static IEnumerable<Violation> Update(Contact contact, FieldMask? mask, DateOnly today) =>
        [.. Fields.Immutable(mask, Changeable), .. Fields.Paths(mask, Changeable).Contains("birthday") ? Birthday(contact, today) : []];

    private static IEnumerable<Violation> Birthday(Contact contact, DateOnly today)
    {
        if (ServiceRules.Day(contact.Birthday) > today)
            yield return new("contact.birthday", "不是可能的生日", "is no possible birthday");
    }

    /// <summary>What of the record cannot be, or does not belong to its kind.</summary>
    public static List<Violation> Record(ClientRecord record, DateOnly today)
    {
        var violations = new List<Violation>();
        if (ServiceRules.Day(record.OccurDate) > today)
            violations.Add(new("record.occur_date", "不能晚于今天", "must be today or before", "TOO_LATE"));
        var purchase = record.Kind == RecordKind.Purchase;
        if (purchase && record.Product.Length == 0)
            violations.Add(new("record.product", "购买记录须写明产品", "is required for a purchase", "REQUIRED") { Given = Kind });
        if (purchase && record.Quantity == 0)
            violations.Add(new("record.quantity", "购买记录须写明数量", "is required for a purchase", "REQUIRED") { Given = Kind });
        if (!purchase && record.Product.Length > 0)
            violations.Add(new("record.product", "只用于购买记录", "is for a purchase only") { Given = Kind });
        if (!purchase && record.Quantity > 0)
            violations.Add(new("record.quantity", "只用于购买记录", "is for a purchase only") { Given = Kind });
        if (!purchase && record.AmountFen > 0)
            violations.Add(new("record.amount_fen", "只用于购买记录", "is for a purchase only") { Given = Kind });
        if (record.Kind != RecordKind.Feedback && record.Satisfaction > 0)
            violations.Add(new("record.satisfaction", "只用于服务反馈", "is for a feedback only") { Given = Kind });
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
