using Grpc.Core;
using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>What is done to an agreement.</summary>
public enum AgreementAction
{
    Update,
    Submit,
    Review,
    Recall,
    Report,
    Attach,
    Detach,
    Withdraw,
    Sign,
    File,
    Amend,
    Renew,
    Remind,
    Supersede,
    Terminate,
    Expire,
    Schedule,
}

/// <summary>What an agreement 协议 must hold, where it may go, and who may send it there.</summary>
public static class AgreementRules
{
    public const string SalesManager = "sales-manager";
    public const string CentreGeneralManager = "centre-general-manager";
    public const string Legal = "legal";
    public const string HqMarketing = "hq-marketing";
    public const string HqGeneralManager = "hq-general-manager";

    /// <summary>The state in which reviewers act, as rows hold it.</summary>
    public const string InReview = "in-review";

    private static readonly AgreementState[] Unsigned = [AgreementState.Draft, AgreementState.Returned, AgreementState.InReview, AgreementState.Approved];
    private static readonly AgreementState[] InEffect = [AgreementState.Active, AgreementState.Expiring];
    private static readonly AgreementState[] Signed = [.. InEffect, AgreementState.Expired, AgreementState.Terminated, AgreementState.Renewed, AgreementState.Superseded];

    /// <summary>
    /// draft → in-review → approved → active → expiring → expired | renewed | superseded | terminated; returned goes back into
    /// review; withdrawn is the end.
    /// </summary>
    private static readonly Dictionary<AgreementAction, AgreementState[]> From = new()
    {
        [AgreementAction.Update] = [AgreementState.Draft, AgreementState.Returned],
        [AgreementAction.Submit] = [AgreementState.Draft, AgreementState.Returned],
        [AgreementAction.Review] = [AgreementState.InReview],
        [AgreementAction.Recall] = [AgreementState.InReview, AgreementState.Approved],
        [AgreementAction.Report] = Unsigned,
        [AgreementAction.Attach] = [AgreementState.Draft, AgreementState.Returned, .. Signed],
        [AgreementAction.Detach] = [AgreementState.Draft, AgreementState.Returned],
        [AgreementAction.Withdraw] = Unsigned,
        [AgreementAction.Sign] = [AgreementState.Approved],
        // Whatever became of it since, its original is filed.
        [AgreementAction.File] = Signed,
        [AgreementAction.Amend] = InEffect,
        [AgreementAction.Renew] = [.. InEffect, AgreementState.Expired],
        [AgreementAction.Remind] = InEffect,
        [AgreementAction.Supersede] = InEffect,
        [AgreementAction.Terminate] = InEffect,
        [AgreementAction.Expire] = InEffect,
        // What is owed is owed whatever became of the agreement.
        [AgreementAction.Schedule] = Signed,
    };

    /// <summary>The fields a person may change, and how each goes into the row.</summary>
    private static readonly Dictionary<string, Action<Agreement, AgreementRow>> Editable = new()
    {
        ["subject"] = (from, row) => row.Subject = from.Subject.Trim(),
        ["party_a"] = (from, row) => row.PartyA = from.PartyA.Trim(),
        ["party_b"] = (from, row) => row.PartyB = from.PartyB.Trim(),
        ["city_code"] = (from, row) => row.CityCode = from.CityCode,
        ["products"] = (from, row) => row.Products = [.. from.Products.Select(product => product.Trim())],
        ["effective_from"] = (from, row) => row.EffectiveFrom = Day(from.EffectiveFrom),
        ["effective_to"] = (from, row) => row.EffectiveTo = Day(from.EffectiveTo),
        ["terms"] = (from, row) => row.Terms = from.Terms,
        ["deviations"] = (from, row) => row.Deviations = from.Deviations.Trim(),
        ["amount_fen"] = (from, row) => row.AmountFen = from.HasAmountFen ? from.AmountFen : null,
        ["major"] = (from, row) => row.Major = from.Major,
        ["instalments"] = (from, row) => row.Schedule = InstalmentRules.Plan(from.Instalments),
        ["instalment_reason"] = (from, row) => row.ScheduleReason = from.InstalmentReason.Trim(),
    };

    /// <summary>What is wrong with a request to draft, as far as it can be told without the partner.</summary>
    public static IReadOnlyList<Violation> Create(Agreement agreement)
    {
        var violations = new List<Violation>();
        if (agreement.Kind == AgreementKind.Unspecified)
            violations.Add(Required("kind"));
        if (agreement.Partner.Length == 0)
            violations.Add(Required("partner"));
        var row = new AgreementRow { Kind = Codes.Of(agreement.Kind) };
        Apply(agreement, [], row);
        violations.AddRange(Content(row));
        return violations;
    }

    /// <summary>Whether the agreement's kind is for such a partner.</summary>
    public static IReadOnlyList<Violation> PartnerFits(AgreementKind kind, Partner partner) => (kind, partner.Kind) switch
    {
        (AgreementKind.CityAgent, not PartnerKind.CityAgent) => [new("agreement.kind", "市级代理协议只能与市级代理商签订", "a city-agent agreement is for a city agent")],
        (AgreementKind.Terminal, not PartnerKind.Terminal) => [new("agreement.kind", "4S店协议只能与销售终端签订", "a terminal agreement is for a terminal")],
        _ => [],
    };

    /// <summary>What is wrong with an update before the row is known.</summary>
    public static IEnumerable<Violation> Update(Agreement agreement, IReadOnlyList<string> mask)
    {
        if (agreement.Name.Length == 0)
            yield return Required("name");
        foreach (var path in mask.Where(path => path != "*" && !Editable.ContainsKey(path)))
            yield return new("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "READ_ONLY");
        // Of the row nothing is known yet: only what is set can be looked at, and every kind may have every field.
        var all = mask.Count == 0 || mask.Contains("*");
        var fields = all ? [.. Editable.Keys] : mask.Where(Editable.ContainsKey).ToList();
        var row = new AgreementRow { Kind = Codes.Of(AgreementKind.CityAgent) };
        foreach (var field in fields)
            Editable[field](agreement, row);
        foreach (var fault in Content(row).Where(fault => fields.Contains(fault.Field["agreement.".Length..].Split('[')[0])))
            yield return fault;
    }

    /// <summary>Who returns an agreement says why.</summary>
    public static IEnumerable<Violation> Review(ReviewDecision decision, string comment, int remarks) =>
        decision == ReviewDecision.Return && string.IsNullOrWhiteSpace(comment) && remarks == 0 ? [new("comment", "退回时须说明原因", "say why it is returned", "REQUIRED")] : [];

    /// <summary>Nothing is signed in the future.</summary>
    public static IEnumerable<Violation> Sign(string signedDate, DateOnly today) =>
        ServiceRules.Day(signedDate) > today ? [new("signed_date", "签订日期不能晚于今天", "must not be later than today")] : [];

    /// <summary>Puts the fields of the mask (all, when it is empty or "*") into the row.</summary>
    public static void Apply(Agreement from, IReadOnlyList<string> mask, AgreementRow row)
    {
        foreach (var path in mask.Count == 0 || mask.Contains("*") ? [.. Editable.Keys] : mask)
            Editable[path](from, row);
    }

    /// <summary>The content as people read it, field by field in the order of the form: what versions are compared by.</summary>
    public static IReadOnlyDictionary<string, string> ContentOf(AgreementRow row) => new Dictionary<string, string>
    {
        ["subject"] = row.Subject,
        ["party_a"] = row.PartyA,
        ["party_b"] = row.PartyB,
        ["city_code"] = row.CityCode,
        ["products"] = string.Join("、", row.Products),
        ["effective_from"] = $"{row.EffectiveFrom:yyyy-MM-dd}",
        ["effective_to"] = $"{row.EffectiveTo:yyyy-MM-dd}",
        ["terms"] = row.Terms,
        ["deviations"] = row.Deviations,
        ["amount_fen"] = $"{row.AmountFen}",
        ["major"] = row.Major ? "true" : "",
        ["instalments"] = InstalmentRules.Text(row.Schedule),
        ["instalment_reason"] = row.ScheduleReason,
    };

    /// <summary>The fields whose values differ.</summary>
    public static IEnumerable<AgreementFieldChange> Changes(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        from field in after.Keys.Union(before.Keys)
        let change = new AgreementFieldChange { Field = field, Before = before.GetValueOrDefault(field, ""), After = after.GetValueOrDefault(field, "") }
        where change.Before != change.After
        select change;

    /// <summary>What a version is compared with unless one is named: the submission before it (before the one under review), else the first content kept.</summary>
    public static long ComparedWith(IReadOnlyList<KeptVersion> kept, long to, AgreementRow row)
    {
        var underReview = Codes.To<AgreementState>(row.State) is AgreementState.InReview or AgreementState.Approved && to == row.Version;
        var submissions = kept.Where(one => one.Submitted && one.Version <= to).ToList();
        if (underReview && submissions.Count > 0)
            submissions.RemoveAt(submissions.Count - 1);
        return submissions.Count > 0 ? submissions[^1].Version : kept.Count > 0 ? kept[0].Version : to;
    }

    /// <summary>Fills what may be left empty: 乙方 is the partner, 项目 the kind's name.</summary>
    public static void Complete(AgreementRow row)
    {
        if (row.PartyB.Length == 0)
            row.PartyB = row.PartnerName;
        if (row.Subject.Length == 0)
            row.Subject = KindNames.Zh(Codes.To<AgreementKind>(row.Kind));
    }

    /// <summary>What is wrong with the content of a draft.</summary>
    public static IReadOnlyList<Violation> Content(AgreementRow row)
    {
        var violations = new List<Violation>();
        if (row.PartyA.Length == 0)
            violations.Add(Required("party_a"));
        if (row.EffectiveFrom == default)
            violations.Add(Required("effective_from"));
        if (row.EffectiveTo == default)
            violations.Add(Required("effective_to"));
        else if (row.EffectiveTo < row.EffectiveFrom)
            violations.Add(new("agreement.effective_to", "有效期的止日不能早于起日", "the term cannot end before it begins") { Given = ["agreement.effective_from"] });
        if (row.CityCode.Length > 0 && row.Kind != Codes.Of(AgreementKind.CityAgent))
            violations.Add(new("agreement.city_code", "只有市级代理协议才有区域", "only a city-agent agreement has a territory") { Given = ["agreement.kind"] });
        for (var i = 0; i < row.Products.Count; i++)
            if (row.Products[i].Length == 0)
                violations.Add(new($"agreement.products[{i}]", "必填", "is required", "REQUIRED"));
        violations.AddRange(InstalmentRules.Faults(row.Schedule, row.AmountFen, row.ScheduleReason, "agreement."));
        return violations;
    }

    /// <summary>Null, or why this caller may not do this to the agreement as it stands.</summary>
    /// <param name="signers">The roles that sign it; see SigningAuthorities.</param>
    public static Refusal? Refuse(AgreementAction action, AgreementRow row, Caller caller, IReadOnlyList<string> signers)
    {
        var state = Codes.To<AgreementState>(row.State);
        if (!From[action].Contains(state))
            return Errors.Precondition("AGREEMENT_STATE", $"协议{StateZh(state)}，不能{ActionZh(action)}。",
                $"The agreement is {row.State}; it cannot be {ActionEn(action)}.");
        return action switch
        {
            AgreementAction.Recall => row.IsWrittenBy(caller) ? null
                : new Refusal(StatusCode.PermissionDenied, "DRAFTER_AWAITED", "只有起草人可以撤回送审。", "Only who drafted it takes it back."),
            AgreementAction.Withdraw => row.IsWrittenBy(caller) || Has(caller, signers) ? null : Awaited("WITHDRAWER_AWAITED", "作废", "withdrawn", signers, "起草人或", "its drafter or "),
            AgreementAction.Sign => Has(caller, signers) ? null : Awaited("SIGNER_AWAITED", "签订", "signed", signers),
            AgreementAction.Terminate => Has(caller, Terminators) ? null : Awaited("TERMINATION_BY_HQ", "终止", "terminated", Terminators),
            _ => null,
        };
    }

    /// <summary>Null, or why it cannot be signed with this date.</summary>
    public static Refusal? RefuseSignedDate(AgreementRow row, DateOnly signed, DateOnly today)
    {
        if (signed > row.EffectiveTo)
            return Errors.Invalid("signed_date", "签订日期不能晚于有效期的止日", "must not be later than the end of the term");
        return row.EffectiveTo < today
            ? Errors.Precondition("TERM_ENDED", $"协议有效期已于 {row.EffectiveTo:yyyy-MM-dd} 届满，不能签订。", $"The term ended on {row.EffectiveTo:yyyy-MM-dd}; the agreement cannot be signed.")
            : null;
    }

    /// <summary>Null, or why it cannot be signed as of a date before the deal was reported 报备; only where that is refused, not measured.</summary>
    public static Refusal? RefuseUnreported(AgreementRow row, DateOnly signed) =>
        row.ReportedUs is { } reported && ChinaTime.DateOf(Clock.FromMicros(reported)) <= signed ? null : Errors.Precondition("NOT_REPORTED",
            "该笔签约在签订日之前未报备，不能签订。", "The deal was not reported before it was signed.");

    /// <summary>Null, or why the day from which an amendment holds is none of the agreement's term.</summary>
    public static Refusal? RefuseAmendFrom(AgreementRow row, DateOnly from) => from > row.EffectiveFrom && from <= row.EffectiveTo ? null
        : Errors.Invalid("effective_from", $"须在原协议有效期内（{row.EffectiveFrom.AddDays(1):yyyy-MM-dd} 至 {row.EffectiveTo:yyyy-MM-dd}）",
            $"must lie within the term, {row.EffectiveFrom.AddDays(1):yyyy-MM-dd} to {row.EffectiveTo:yyyy-MM-dd}", "OUT_OF_RANGE");

    /// <summary>The draft that amends or renews it: its content, by a new author, with a way of its own.</summary>
    public static AgreementRow Following(AgreementRow row) => new()
    {
        Version = 1,
        Kind = row.Kind,
        State = Codes.Of(AgreementState.Draft),
        PartnerId = row.PartnerId,
        PartnerVersion = row.PartnerVersion,
        PartnerName = row.PartnerName,
        PartnerLevel = row.PartnerLevel,
        OrganisationId = row.OrganisationId,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Subject = row.Subject,
        PartyA = row.PartyA,
        PartyB = row.PartyB,
        CityCode = row.CityCode,
        Products = row.Products,
        EffectiveFrom = row.EffectiveFrom,
        EffectiveTo = row.EffectiveTo,
        Terms = row.Terms,
        Deviations = row.Deviations,
        AmountFen = row.AmountFen,
        Major = row.Major,
        Schedule = row.Schedule,
        ScheduleReason = row.ScheduleReason,
    };

    /// <summary>
    /// What the clock does on a day about an agreement's end: the lead days to alert 到期提醒 now (null: none), and the day to look
    /// again. Of several leads passed at once only the nearest is told.
    /// </summary>
    /// <param name="leads">Lead days, in any order.</param>
    public static (long? Lead, DateOnly Next) Alert(AgreementRow row, DateOnly today, IReadOnlyList<int> leads)
    {
        if (row.RenewedBy is not null || row.SupersededBy is not null)
            return (null, DateOnly.MaxValue);
        var left = row.EffectiveTo.DayNumber - today.DayNumber;
        var open = leads.Where(lead => row.AlertedLead is not { } alerted || lead < alerted).ToList();
        long? due = open.Where(lead => lead >= left).Select(lead => (long?)lead).Min();
        var later = open.Where(lead => lead < left).ToList();
        return (due, later.Count == 0 ? DateOnly.MaxValue : row.EffectiveTo.AddDays(-later.Max()));
    }

    /// <summary>A partner that was ended for gross violation 重大违规 gets no agreement.</summary>
    public static Refusal PartnerTerminated(string partnerName) =>
        Errors.Precondition("PARTNER_TERMINATED", $"{partnerName} 已被终止合作，不能签订协议。", $"{partnerName} was terminated; no agreement can be made with it.");

    /// <summary>A draft, or back with its drafter.</summary>
    public static bool IsBeingWritten(AgreementRow row) => Codes.To<AgreementState>(row.State) is AgreementState.Draft or AgreementState.Returned;

    /// <summary>Signed, and neither over nor ended.</summary>
    public static bool IsInEffect(AgreementRow row) => InEffect.Contains(Codes.To<AgreementState>(row.State));

    /// <summary>The departments that learn of a filed original, by role; inferred.</summary>
    public static readonly IReadOnlyList<string> ToldOfFiling = ["sales-manager", "finance", "training-manager", "after-sales-manager"];

    private static readonly string[] Terminators = [HqMarketing, HqGeneralManager];

    private static bool Has(Caller caller, IEnumerable<string> roles) => roles.Any(caller.Roles.Contains);

    /// <summary>PERMISSION_DENIED that names who has to act.</summary>
    public static Refusal Awaited(string reason, string zh, string en, IReadOnlyList<string> roles, string orZh = "", string orEn = "") =>
        new(StatusCode.PermissionDenied, reason, $"此协议现须由{orZh}{string.Join("或", roles.Select(RoleNames.Zh))}{zh}。",
            $"The agreement is to be {en} by {orEn}{string.Join(" or ", roles)} now.");

    private static Violation Required(string field) => new($"agreement.{field}", "必填", "is required", "REQUIRED");

    private static DateOnly Day(string text) => ServiceRules.Day(text) ?? default;

    private static string StateZh(AgreementState state) => state switch
    {
        AgreementState.Draft => "尚在起草",
        AgreementState.InReview => "正在审批",
        AgreementState.Approved => "已批准待签",
        AgreementState.Active => "已生效",
        AgreementState.Expired => "已到期",
        AgreementState.Terminated => "已终止",
        AgreementState.Returned => "已退回修改",
        AgreementState.Expiring => "即将到期",
        AgreementState.Renewed => "已续签",
        AgreementState.Superseded => "已变更",
        _ => "已作废",
    };

    private static string ActionZh(AgreementAction action) => action switch
    {
        AgreementAction.Update => "修改",
        AgreementAction.Submit => "送审",
        AgreementAction.Review => "审批",
        AgreementAction.Recall => "撤回送审",
        AgreementAction.Withdraw => "作废",
        AgreementAction.Report => "报备",
        AgreementAction.Attach => "添加附件",
        AgreementAction.Detach => "删除附件",
        AgreementAction.Sign => "签订",
        AgreementAction.File => "归档",
        AgreementAction.Amend or AgreementAction.Supersede => "变更",
        AgreementAction.Renew => "续签",
        AgreementAction.Remind => "提醒",
        AgreementAction.Terminate => "终止",
        AgreementAction.Schedule => "安排分期",
        _ => "到期",
    };

    private static string ActionEn(AgreementAction action) => action switch
    {
        AgreementAction.Update => "changed",
        AgreementAction.Submit => "submitted",
        AgreementAction.Review => "reviewed",
        AgreementAction.Recall => "recalled",
        AgreementAction.Withdraw => "withdrawn",
        AgreementAction.Report => "reported",
        AgreementAction.Attach => "given attachments",
        AgreementAction.Detach => "relieved of attachments",
        AgreementAction.Sign => "signed",
        AgreementAction.File => "filed",
        AgreementAction.Amend => "amended",
        AgreementAction.Supersede => "superseded",
        AgreementAction.Renew => "renewed",
        AgreementAction.Remind => "reminded of",
        AgreementAction.Terminate => "terminated",
        AgreementAction.Schedule => "given instalments",
        _ => "expired",
    };
}
