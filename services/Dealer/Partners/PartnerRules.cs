using System.Text;
using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

/// <summary>What a partner must be like, and how it moves along its lifecycle.</summary>
public static class PartnerRules
{
    /// <summary>The kind of agreement that makes nobody a partner, as events name it.</summary>
    public const string SalesContract = "sales";

    /// <summary>For every move.</summary>
    public const string StagePermission = "dealer.partners.stage";

    /// <summary>For SUSPENDED and its end; who may only move a partner towards signing lacks it.</summary>
    public const string SuspendPermission = "dealer.partners.suspend";

    /// <summary>For TERMINATED; besides, only headquarters ends a partnership.</summary>
    public const string TerminatePermission = "dealer.partners.terminate";

    /// <summary>Moves by a person's decision. SIGNED and TRAINED are missing: agreements and trainings bring them about.</summary>
    public static readonly IReadOnlyDictionary<PartnerStage, PartnerStage[]> Allowed = new Dictionary<PartnerStage, PartnerStage[]>
    {
        [PartnerStage.Surveyed] = [PartnerStage.Target, PartnerStage.Lost],
        [PartnerStage.Target] = [PartnerStage.Negotiating, PartnerStage.Surveyed, PartnerStage.Lost],
        [PartnerStage.Negotiating] = [PartnerStage.Target, PartnerStage.Lost],
        [PartnerStage.Signed] = [PartnerStage.Suspended, PartnerStage.Terminated],
        [PartnerStage.Trained] = [PartnerStage.Operating, PartnerStage.Suspended, PartnerStage.Terminated],
        [PartnerStage.Operating] = [PartnerStage.Suspended, PartnerStage.Terminated],
        [PartnerStage.Suspended] = [PartnerStage.Terminated], // and back to where it was suspended from
        [PartnerStage.Terminated] = [],
        [PartnerStage.Lost] = [PartnerStage.Target],
    };

    /// <summary>Fields a person may change, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable =
        ["display_name", "city_code", "address", "contact", "phone", "brands", "annual_volume", "advantage", "parent"];

    public static readonly Violation NothingAboveAnAgent =
        new("partner.parent", "市级代理商之上没有代理商", "a city agent has no agent above it") { Given = ["partner.kind"] };

    private static readonly Dictionary<PartnerStage, string> Names = new()
    {
        [PartnerStage.Surveyed] = "已调研",
        [PartnerStage.Target] = "拟拓展",
        [PartnerStage.Negotiating] = "洽谈中",
        [PartnerStage.Signed] = "已签约",
        [PartnerStage.Trained] = "已培训",
        [PartnerStage.Operating] = "已运营",
        [PartnerStage.Suspended] = "已暂停",
        [PartnerStage.Terminated] = "已终止",
        [PartnerStage.Lost] = "已流失",
    };

    /// <summary>
    /// What makes two names the same: white space, punctuation, full-width forms and letter case make no difference.
    /// </summary>
    public static string NameKey(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var half = c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c;
            if (!char.IsWhiteSpace(half) && !char.IsPunctuation(half) && half != '\u200B')
                key.Append(char.ToLowerInvariant(half));
        }
        return key.ToString();
    }

    public static string Chinese(PartnerStage stage) => Names[stage];

    public static string CityName(string cityCode) => Divisions.ByCode(cityCode)?.Name ?? cityCode;

    public static List<Violation> Create(Partner partner)
    {
        var violations = Fields(partner);
        if (partner.Kind == PartnerKind.CityAgent && partner.Parent.Length > 0)
            violations.Add(NothingAboveAnAgent);
        return violations;
    }

    public static IEnumerable<Violation> Update(Partner partner, FieldMask? mask)
    {
        var paths = Dealer.Fields.Paths(mask, Changeable);
        return [.. Dealer.Fields.Immutable(mask, Changeable), .. Fields(partner).Where(fault => paths.Contains(fault.Field["partner.".Length..]))];
    }

    /// <summary>Why an organisation of this kind has no partners; null when it has.</summary>
    public static Violation? WhyNotAt(string field, Organisations.OrganisationRow organisation) =>
        organisation.Kind != EnumText.Of(OrganisationKind.Department) ? null
        : new(field, $"部门“{organisation.Name}”没有机构，请选其所属组织", $"the department \"{organisation.Name}\" has no partners; name the organisation it belongs to", "WRONG_KIND");

    /// <summary>Rules of single fields beyond those of the proto.</summary>
    public static List<Violation> Fields(Partner partner) =>
        NameKey(partner.DisplayName).Length == 0 ? [new("partner.display_name", "须含文字", "must have letters")] : [];

    /// <summary>An organisation with a province has its partners there.</summary>
    public static IEnumerable<Violation> OwnProvince(string? provinceCode, string cityCode) =>
        provinceCode is null || cityCode.StartsWith(provinceCode, StringComparison.Ordinal)
            ? []
            : [new("partner.city_code", $"不在本中心所在省份（{Divisions.ByCode(provinceCode)?.Name}）", $"is not in the centre's own province ({provinceCode})", "OUTSIDE_PROVINCE")];

    /// <summary>What is wrong with where a new partner is to be, as it was found.</summary>
    /// <param name="name">The organisation asked for.</param>
    public static IEnumerable<Violation> Place(Organisations.OrganisationRow? organisation, string name, string cityCode)
    {
        const string Field = "partner.organisation";
        var fault = Organisations.OrganisationRules.WhyNotIn(Field, organisation, name) ?? WhyNotAt(Field, organisation!);
        return fault is { } violation ? [violation] : OwnProvince(organisation!.ProvinceCode, cityCode);
    }

    /// <summary>What is wrong with the agent above, as it was found.</summary>
    /// <param name="organisationId">The partner's own; null when that is not known.</param>
    public static IEnumerable<Violation> Parent(string name, PartnerRow? parent, string? organisationId)
    {
        if (name.Length > 0 && parent is null)
            yield return Errors.Missing("partner.parent", name);
        else if (parent is not null && (parent.Kind != EnumText.Of(PartnerKind.CityAgent) || (organisationId is not null && parent.OrganisationId != organisationId)))
            yield return new("partner.parent", "须是同一组织的市级代理商", "must be a city agent of the same organisation");
    }

    /// <summary>Why a person's decision cannot move the partner so; null when it can.</summary>
    public static Refusal? WhyNot(PartnerStage from, PartnerStage? suspendedFrom, PartnerStage to, string reason)
    {
        var resumes = from == PartnerStage.Suspended && to == suspendedFrom;
        if (!resumes && to is PartnerStage.Signed or PartnerStage.Trained)
            return Errors.Precondition("STAGE_BY_EVENT",
                $"“{Names[to]}”不能手工设定：签订协议后自动成为“已签约”，培训评估后自动成为“已培训”。",
                $"{to} is not set by hand: signing an agreement and evaluating a training bring it about.");
        if (!resumes && !Allowed[from].Contains(to))
            return Errors.Precondition("STAGE_NOT_ALLOWED", $"不能由“{Names[from]}”转为“{Names[to]}”。{NextZh(from, suspendedFrom)}",
                $"A partner cannot move from {from} to {to}.");
        if (NeedsReason(from, to) && string.IsNullOrWhiteSpace(reason))
            return Errors.Invalid("reason", $"转为“{Names[to]}”须说明原因", $"is required to move to {to}", "REQUIRED");
        return null;
    }

    /// <summary>The permission a move needs beyond that of the rpc; null for none.</summary>
    public static string? Permission(PartnerStage from, PartnerStage to) =>
        to == PartnerStage.Terminated ? TerminatePermission
        : from == PartnerStage.Suspended || to == PartnerStage.Suspended ? SuspendPermission
        : null;

    /// <summary>Why this caller may not move a partner so, whatever else holds; null when he may.</summary>
    public static Refusal? WhyNotBy(Caller caller, PartnerStage from, PartnerStage to)
    {
        var permission = Permission(from, to);
        if (!caller.May(StagePermission))
            return Errors.Denied(StagePermission);
        if (permission is null)
            return null;
        var atHeadquarters = caller.Scope.Path is "/" or "/hq/";
        return caller.May(permission) && (permission != TerminatePermission || atHeadquarters) ? null : Errors.Denied(permission);
    }

    /// <summary>What the stage is once an agreement is signed: later stages stay.</summary>
    public static PartnerStage AfterSigning(PartnerStage stage) =>
        stage is PartnerStage.Surveyed or PartnerStage.Target or PartnerStage.Negotiating or PartnerStage.Lost ? PartnerStage.Signed : stage;

    /// <summary>Until when the partner is bound once another agreement is signed. An amendment may shorten that.</summary>
    public static DateOnly AgreedUntil(DateOnly? known, DateOnly effectiveTo, bool amends) => amends || known is null || known < effectiveTo ? effectiveTo : known.Value;

    /// <summary>What the stage is once a training was held and evaluated: only signed partners move.</summary>
    public static PartnerStage AfterTraining(PartnerStage stage) => stage == PartnerStage.Signed ? PartnerStage.Trained : stage;

    /// <summary>What the stage is once an agreement was ended for gross violation; null when it stays.</summary>
    public static PartnerStage? AfterTermination(PartnerStage stage) => Allowed[stage].Contains(PartnerStage.Suspended) ? PartnerStage.Suspended : null;

    /// <summary>The refusal of writing to a merged partner: it names the one that stands for it.</summary>
    public static Refusal Merged(PartnerRow row) => Errors.Precondition("PARTNER_MERGED",
        $"“{row.Name}”已合并，请改用 partners/{row.MergedInto}。", $"\"{row.Name}\" was merged; use partners/{row.MergedInto}.");

    // Ends, interruptions and steps back.
    private static bool NeedsReason(PartnerStage from, PartnerStage to) =>
        to is PartnerStage.Lost or PartnerStage.Suspended or PartnerStage.Terminated or PartnerStage.Surveyed
        || (from, to) is (PartnerStage.Negotiating, PartnerStage.Target);

    private static string NextZh(PartnerStage from, PartnerStage? suspendedFrom)
    {
        var next = Allowed[from].Concat(from == PartnerStage.Suspended && suspendedFrom is { } back ? [back] : []).Select(stage => $"“{Names[stage]}”").ToList();
        return next.Count == 0 ? "" : $"可转为{string.Join("、", next)}。";
    }
}
