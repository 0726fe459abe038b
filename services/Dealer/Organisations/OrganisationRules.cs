using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Organisations;

/// <summary>What an organisation must be like.</summary>
public static class OrganisationRules
{
    /// <summary>HQ, the root of the tree; the first migration writes it.</summary>
    public const string Hq = "hq";

    public const string Active = "active";
    public const string Closed = "closed";

    /// <summary>Fields a person may change, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "province_code"];

    /// <summary>Codes in a path at most, HQ and the organisation itself among them: deeper is a slip, and paths have a length.</summary>
    public const int MaxDepth = 8;

    /// <summary>Who may stand below whom 上下级. Centres below centres are branches 分中心 (ours: the manuals know none).</summary>
    private static readonly IReadOnlyDictionary<OrganisationKind, OrganisationKind[]> Below = new Dictionary<OrganisationKind, OrganisationKind[]>
    {
        [OrganisationKind.Hq] = [OrganisationKind.Region, OrganisationKind.Centre, OrganisationKind.Department],
        [OrganisationKind.Region] = [OrganisationKind.Region, OrganisationKind.Centre, OrganisationKind.Department],
        [OrganisationKind.Centre] = [OrganisationKind.Centre, OrganisationKind.Department],
        [OrganisationKind.Department] = [OrganisationKind.Department],
    };

    private static readonly IReadOnlyDictionary<OrganisationKind, string> Chinese = new Dictionary<OrganisationKind, string>
    {
        [OrganisationKind.Hq] = "总部",
        [OrganisationKind.Region] = "大区",
        [OrganisationKind.Centre] = "销售服务中心",
        [OrganisationKind.Department] = "部门",
    };

    public static List<Violation> Create(string id, Organisation organisation)
    {
        var violations = new List<Violation>();
        if (id.Length < 2 || !id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9'))
            violations.Add(new("organisation_id", "须是 2 至 20 个小写字母或数字，如 js", "must be 2 to 20 lower-case letters and digits such as js"));
        if (organisation.Kind == OrganisationKind.Hq)
            violations.Add(new("organisation.kind", "总部只有一个，已经存在", "there is one headquarters, and it exists"));
        else
            violations.AddRange(Province(organisation.Kind, organisation.ProvinceCode));
        return violations;
    }

    /// <summary>What is wrong with where a new organisation is to stand, as it was found.</summary>
    public static IEnumerable<Violation> Parent(Organisation organisation, OrganisationRow? parent)
    {
        const string Field = "organisation.parent";
        if (parent is null)
            yield return Errors.Missing(Field, organisation.Parent);
        else if (organisation.Kind != OrganisationKind.Hq && WhyNotBelow(Field, organisation.Kind, levels: 1, parent) is { } violation)
            yield return violation;
    }

    public static List<Violation> Province(OrganisationKind kind, string code)
    {
        if (kind == OrganisationKind.Centre && code.Length == 0)
            return [new("organisation.province_code", "销售服务中心须有所在省份", "a centre needs its province", "REQUIRED") { Given = ["organisation.kind"] }];
        if (code.Length > 0 && kind != OrganisationKind.Centre && Chinese.TryGetValue(kind, out var name))
            return [new("organisation.province_code", $"{name}没有所在省份", "only a centre has a province") { Given = ["organisation.kind"] }];
        return [];
    }

    /// <summary>Why nothing new can belong to the organisation that a field names, as it was found; null when it can.</summary>
    public static Violation? WhyNotIn(string field, OrganisationRow? found, string name) =>
        found is null ? Errors.Missing(field, name)
        : found.State == Closed ? new(field, $"“{found.Name}”已撤销", $"\"{found.Name}\" is closed", "CLOSED")
        : null;

    /// <summary>Why an organisation of this kind cannot stand below that parent; null when it can.</summary>
    /// <param name="levels">How many levels it brings along: 1 for itself alone.</param>
    public static Violation? WhyNotBelow(string field, OrganisationKind kind, int levels, OrganisationRow parent)
    {
        var above = EnumText.Parse<OrganisationKind>(parent.Kind);
        if (parent.State == Closed)
            return new(field, $"“{parent.Name}”已撤销", $"\"{parent.Name}\" is closed", "CLOSED");
        if (!Below[above].Contains(kind))
            return new(field, $"{Chinese[kind]}不能设在{Chinese[above]}之下", $"a {kind} cannot stand below a {above}", "WRONG_KIND");
        if (Depth(parent.ScopePath) + levels > MaxDepth)
            return new(field, $"组织最多 {MaxDepth} 级", $"the tree has at most {MaxDepth} levels", "TOO_DEEP");
        return null;
    }

    /// <summary>Why the organisation cannot move there; null when it can.</summary>
    /// <param name="below">All organisations from this one downwards, itself first.</param>
    public static Refusal? WhyNotMove(IReadOnlyList<OrganisationRow> below, OrganisationRow parent)
    {
        var row = below[0];
        if (row.Id == Hq)
            return Errors.Precondition("HQ_STAYS", "总部是组织树的根，不能移动。", "Headquarters is the root of the tree and stays.");
        if (row.State == Closed)
            return Errors.Precondition("ORGANISATION_CLOSED", $"“{row.Name}”已撤销。", $"\"{row.Name}\" is closed.");
        if (parent.ScopePath.StartsWith(row.ScopePath, StringComparison.Ordinal))
            return Errors.Invalid("parent", "不能移到自己或自己的下级之下", "is the organisation itself, or below it", "CYCLE");
        var levels = below.Max(o => Depth(o.ScopePath)) - Depth(row.ScopePath) + 1;
        return WhyNotBelow("parent", EnumText.Parse<OrganisationKind>(row.Kind), levels, parent) is { } violation ? Errors.Invalid([violation]) : null;
    }

    /// <summary>Why the organisation cannot be closed; null when it can.</summary>
    public static Refusal? WhyNotClose(OrganisationRow row, OrganisationUse use)
    {
        if (row.Id == Hq)
            return Errors.Precondition("HQ_STAYS", "总部不能撤销。", "Headquarters cannot be closed.");
        if (row.State == Closed)
            return Errors.Precondition("ORGANISATION_CLOSED", $"“{row.Name}”已撤销。", $"\"{row.Name}\" is closed already.");
        if (use.IsEmpty)
            return null;
        return Errors.Precondition("ORGANISATION_IN_USE",
            $"“{row.Name}”尚有下级组织 {use.Organisations} 个、在职人员 {use.Staff} 名、合作或拓展中的机构 {use.Partners} 家、独占城市 {use.Territories} 个，须先移交或处理。",
            $"\"{row.Name}\" still has {use.Organisations} organisations below it, {use.Staff} people, {use.Partners} partners and {use.Territories} cities; hand them over first.");
    }

    private static int Depth(string path) => path.Count(c => c == '/') - 1;
}
