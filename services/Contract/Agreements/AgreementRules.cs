using Grpc.Core;
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
    Withdraw,
    Sign,
    Terminate,
    Expire,
}

/// <summary>What an agreement 协议 must hold, where it may go, and who may send it there.</summary>
public static class AgreementRules
{
    public const string SalesManager = "sales-manager";
    public const string CentreGeneralManager = "centre-general-manager";
    public const string Legal = "legal";
    public const string HqMarketing = "hq-marketing";
    public const string HqGeneralManager = "hq-general-manager";

    /// <summary>draft → in-review → approved → active → expired | terminated; returned goes back into review; withdrawn is the end.</summary>
    private static readonly Dictionary<AgreementAction, AgreementState[]> From = new()
    {
        [AgreementAction.Update] = [AgreementState.Draft, AgreementState.Returned],
        [AgreementAction.Submit] = [AgreementState.Draft, AgreementState.Returned],
        [AgreementAction.Review] = [AgreementState.InReview],
        [AgreementAction.Withdraw] = [AgreementState.Draft, AgreementState.Returned, AgreementState.InReview, AgreementState.Approved],
        [AgreementAction.Sign] = [AgreementState.Approved],
        [AgreementAction.Terminate] = [AgreementState.Active],
        [AgreementAction.Expire] = [AgreementState.Active],
    };

    /// <summary>Who reviews instead, when somebody with the step's role took part in the draft.</summary>
    private static readonly Dictionary<string, string> Superior = new()
    {
        [SalesManager] = CentreGeneralManager,
        [CentreGeneralManager] = HqMarketing,
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
    public static IEnumerable<Violation> Review(ReviewDecision decision, string comment) =>
        decision == ReviewDecision.Return && string.IsNullOrWhiteSpace(comment) ? [new("comment", "退回时须说明原因", "say why it is returned", "REQUIRED")] : [];

    /// <summary>Nothing is signed in the future.</summary>
    public static IEnumerable<Violation> Sign(string signedDate, DateOnly today) =>
        ServiceRules.Day(signedDate) > today ? [new("signed_date", "签订日期不能晚于今天", "must not be later than today")] : [];

    /// <summary>Puts the fields of the mask (all, when it is empty or "*") into the row.</summary>
    public static void Apply(Agreement from, IReadOnlyList<string> mask, AgreementRow row)
    {
        foreach (var path in mask.Count == 0 || mask.Contains("*") ? [.. Editable.Keys] : mask)
            Editable[path](from, row);
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
        return violations;
    }

    /// <summary>
    /// The roles that review, in order: sales manager, general manager when the agreement is major or deviates, legal.
    /// A role that took part in the draft hands its step to the next higher one.
    /// </summary>
    public static IReadOnlyList<string> Chain(AgreementRow row, long majorAmountFen)
    {
        var written = row.Authors.SelectMany(author => author.Roles).ToHashSet();
        string[] roles = NeedsGeneralManager(row, majorAmountFen) ? [SalesManager, CentreGeneralManager, Legal] : [SalesManager, Legal];
        return [.. roles.Select(Reviewing).Distinct()];

        string Reviewing(string role)
        {
            while (written.Contains(role) && Superior.TryGetValue(role, out var superior))
                role = superior;
            return role;
        }
    }

    /// <summary>Major 重大 by the drafter's word or by its amount, or with deviations 偏离条款.</summary>
    public static bool NeedsGeneralManager(AgreementRow row, long majorAmountFen) =>
        row.Major || row.AmountFen >= majorAmountFen || row.Deviations.Length > 0;

    /// <summary>Null, or why this caller may not do this to the agreement as it stands.</summary>
    public static Refusal? Refuse(AgreementAction action, AgreementRow row, Caller caller)
    {
        var state = Codes.To<AgreementState>(row.State);
        if (!From[action].Contains(state))
            return Errors.Precondition("AGREEMENT_STATE", $"协议{StateZh(state)}，不能{ActionZh(action)}。",
                $"The agreement is {row.State}; it cannot be {ActionEn(action)}.");
        return action switch
        {
            AgreementAction.Review => RefuseReviewer(row, caller),
            AgreementAction.Withdraw => row.IsWrittenBy(caller) || Has(caller, Signers(row)) ? null : Awaits("WITHDRAWER_AWAITED", "撤回", "withdrawn", [.. Signers(row)], "起草人或", "its drafter or "),
            AgreementAction.Sign => Has(caller, Signers(row)) ? null : Awaits("SIGNER_AWAITED", "签订", "signed", Signers(row)),
            AgreementAction.Terminate => Has(caller, Terminators) ? null : Awaits("TERMINATION_BY_HQ", "终止", "terminated", Terminators),
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

    /// <summary>A partner that was ended for gross violation 重大违规 gets no agreement.</summary>
    public static Refusal PartnerTerminated(string partnerName) =>
        Errors.Precondition("PARTNER_TERMINATED", $"{partnerName} 已被终止合作，不能签订协议。", $"{partnerName} was terminated; no agreement can be made with it.");

    /// <summary>The last day was yesterday or before.</summary>
    public static bool IsExpired(DateOnly effectiveTo, DateOnly today) => effectiveTo < today;

    private static readonly string[] Terminators = [HqMarketing, HqGeneralManager];

    private static string[] Signers(AgreementRow row) =>
        row.Kind == Codes.Of(AgreementKind.CityAgent) ? [HqMarketing] : [CentreGeneralManager, SalesManager];

    private static bool Has(Caller caller, IEnumerable<string> roles) => roles.Any(caller.Roles.Contains);

    private static Refusal? RefuseReviewer(AgreementRow row, Caller caller)
    {
        if (!caller.Roles.Contains(row.AwaitsRole))
            return Awaits("REVIEWER_AWAITED", "审批", "reviewed", [row.AwaitsRole]);
        return row.IsWrittenBy(caller)
            ? new Refusal(StatusCode.PermissionDenied, "OWN_DRAFT", "不能审批自己参与起草的协议。", "Nobody reviews a draft of his own.")
            : null;
    }

    private static Refusal Awaits(string reason, string zh, string en, IReadOnlyList<string> roles, string orZh = "", string orEn = "") =>
        new(StatusCode.PermissionDenied, reason, $"此协议现须由{orZh}{string.Join("或", roles.Select(RoleZh))}{zh}。",
            $"The agreement is to be {en} by {orEn}{string.Join(" or ", roles)} now.");

    private static Violation Required(string field) => new($"agreement.{field}", "必填", "is required", "REQUIRED");

    private static DateOnly Day(string text) => ServiceRules.Day(text) ?? default;

    private static string RoleZh(string role) => role switch
    {
        SalesManager => "中心销售部经理",
        CentreGeneralManager => "中心总经理",
        Legal => "法务",
        HqMarketing => "总部营销部",
        HqGeneralManager => "总部总经理",
        _ => role,
    };

    private static string StateZh(AgreementState state) => state switch
    {
        AgreementState.Draft => "尚在起草",
        AgreementState.InReview => "正在审批",
        AgreementState.Approved => "已批准待签",
        AgreementState.Active => "已生效",
        AgreementState.Expired => "已到期",
        AgreementState.Terminated => "已终止",
        AgreementState.Returned => "已退回修改",
        _ => "已撤回",
    };

    private static string ActionZh(AgreementAction action) => action switch
    {
        AgreementAction.Update => "修改",
        AgreementAction.Submit => "送审",
        AgreementAction.Review => "审批",
        AgreementAction.Withdraw => "撤回",
        AgreementAction.Sign => "签订",
        AgreementAction.Terminate => "终止",
        _ => "到期",
    };

    private static string ActionEn(AgreementAction action) => action switch
    {
        AgreementAction.Update => "changed",
        AgreementAction.Submit => "submitted",
        AgreementAction.Review => "reviewed",
        AgreementAction.Withdraw => "withdrawn",
        AgreementAction.Sign => "signed",
        AgreementAction.Terminate => "terminated",
        _ => "expired",
    };
}
