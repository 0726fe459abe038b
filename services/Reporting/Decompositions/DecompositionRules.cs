using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>What a decomposition must be, who gives out which, and when a level is less than the one above.</summary>
public static class DecompositionRules
{
    public const string Draft = "draft";
    public const string Issued = "issued";
    public const string Centre = "centre";
    public const string Manager = "manager";
    public const string Salesperson = "salesperson";

    private const int AllStages = 5;

    private static readonly StageKind[] Rounds = [StageKind.RoundOne, StageKind.RoundTwo];

    /// <summary>Who carries out a level: the role that he must have.</summary>
    private static readonly Dictionary<string, string> Implementers = new()
    {
        [Centre] = "centre-general-manager",
        [Manager] = "sales-manager",
        [Salesperson] = "salesperson",
    };

    // Inferred: HQ and the centre's general manager give out every level, a manager the salespeople's below his own.
    private static readonly string[] GiveAll = [Protocol.Roles.Administrator, "hq-sales", "centre-general-manager"];

    private static readonly Dictionary<string, Action<DecompositionRow, Decomposition>> Changeable = new()
    {
        ["implementer"] = (row, asked) => row.ImplementerId = Ids.Of(asked.Implementer, "staff"),
        ["stages"] = (row, asked) => row.Stages = [.. asked.Stages.OrderBy(stage => stage.Kind)],
    };

    /// <summary>The level below; null below a salesperson's.</summary>
    public static string? Below(string level) => level switch
    {
        Centre => Manager,
        Manager => Salesperson,
        _ => null,
    };

    public static bool IsRound(StageKind kind) => Rounds.Contains(kind);

    /// <summary>What a new one gets wrong by itself.</summary>
    public static IEnumerable<Violation> Create(Decomposition asked)
    {
        if (asked.Implementer.Length == 0)
            yield return Required("decomposition.implementer");
        if (asked.Parent.Length == 0 && asked.Organisation.Length == 0)
            yield return Required("decomposition.organisation") with { Given = ["decomposition.parent"] };
        if (asked.Parent.Length == 0 && asked.Month.Length == 0)
            yield return Required("decomposition.month") with { Given = ["decomposition.parent"] };
        foreach (var fault in Stages("decomposition.stages", asked.Stages))
            yield return fault;
    }

    public static IEnumerable<Violation> Update(Decomposition asked, IReadOnlyCollection<string> mask)
    {
        foreach (var field in mask.Where(field => field != "*" && !Changeable.ContainsKey(field)))
            yield return new("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE");
        if (asked.Implementer.Length == 0 && (mask.Contains("*") || mask.Contains("implementer")))
            yield return Required("decomposition.implementer") with { Given = ["update_mask"] };
        if (mask.Count == 0 || mask.Contains("*") || mask.Contains("stages"))
            foreach (var fault in Stages("decomposition.stages", asked.Stages))
                yield return fault with { Given = [.. fault.Given ?? [], "update_mask"] };
    }

    /// <summary>Puts the fields of the mask into the row ("*" is all of them); those that are set, when there is no mask.</summary>
    public static void Apply(DecompositionRow row, Decomposition asked, IReadOnlyCollection<string> mask)
    {
        foreach (var (field, set) in Changeable)
            if (mask.Count > 0 ? mask.Contains(field) || mask.Contains("*") : field == "stages" ? asked.Stages.Count > 0 : asked.Implementer.Length > 0)
                set(row, asked);
    }

    /// <summary>An adjustment says all five stages anew.</summary>
    public static IEnumerable<Violation> Adjust(IReadOnlyList<DecompositionStage> stages)
    {
        foreach (var fault in Stages("stages", stages))
            yield return fault;
        if (stages.Count < AllStages)
            yield return new("stages", "须填写全部五个阶段。", "All five stages are needed.", "INCOMPLETE");
        for (var i = 0; i < stages.Count; i++)
            if (stages[i].DueDate.Length == 0)
                yield return Required($"stages[{i}].due_date");
    }

    /// <summary>Rounds end within the month, and not after the same round of the one above.</summary>
    public static IEnumerable<Violation> Dates(string field, IReadOnlyList<DecompositionStage> stages, string month, IReadOnlyList<DecompositionStage>? above)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            if (!IsRound(stages[i].Kind) || ServiceRules.Day(stages[i].DueDate) is not { } due)
                continue;
            if ($"{due:yyyy-MM}" != month)
                yield return new($"{field}[{i}].due_date", $"须在 {month} 之内。", $"Must lie in {month}.", "OUT_OF_RANGE");
            else if (above?.FirstOrDefault(stage => stage.Kind == stages[i].Kind) is { } limit && due > ServiceRules.Day(limit.DueDate))
                yield return new($"{field}[{i}].due_date", $"不能晚于上级计划的 {limit.DueDate}。", $"Cannot be later than {limit.DueDate}, the date of the one above.", "LATER_THAN_ABOVE");
        }
    }

    /// <summary>Who carries it out belongs to the organisation and has the level's role.</summary>
    public static IEnumerable<Violation> Implementer(PersonRow? person, string asked, string organisationId, string level)
    {
        if (person is null || person.OrganisationId != organisationId)
            return Errors.MissingIf(asked.Length > 0, "decomposition.implementer", asked);
        return person.Active && person.HasRole(Implementers[level]) ? []
            : [new("decomposition.implementer", $"计划落实人须为在职的 {Implementers[level]}。", $"Must be an active {Implementers[level]}.", "WRONG_ROLE")];
    }

    /// <summary>Why this caller may not write, issue or adjust one of this level.</summary>
    public static void ThrowIfNotGiver(string level, string? implementerAbove, Caller caller)
    {
        var own = level == Salesperson && caller.Roles.Contains("sales-manager") && caller.StaffId is { } staff && staff == implementerAbove;
        if (!own && !caller.Roles.Intersect(GiveAll).Any())
            throw Denied("此计划不由您下达。", "This is not yours to give out.");
    }

    /// <summary>Why this caller may not submit its progress: who carries it out does, or who gives out its level.</summary>
    public static void ThrowIfNotReporter(DecompositionRow row, Caller caller)
    {
        caller.RequireStaff();
        if (row.ImplementerId != caller.StaffId && !caller.Roles.Intersect(GiveAll).Any())
            throw Denied("此进度不由您报送。", "This is not yours to submit.");
    }

    public static void RequireDraft(DecompositionRow row)
    {
        if (row.State != Draft)
            throw Errors.Precondition("ISSUED", "计划已下达，请通过“调整”修改并说明原因。", "It is issued; adjust it and say why.");
    }

    public static void RequireIssued(DecompositionRow row)
    {
        if (row.State != Issued)
            throw Errors.Precondition("NOT_ISSUED", "计划尚未下达。", "It is not issued yet.");
    }

    /// <summary>What is given out is whole: five stages, each with its date.</summary>
    public static void RequireWhole(DecompositionRow row)
    {
        if (row.Stages.Count < AllStages || row.Stages.Any(stage => stage.DueDate.Length == 0))
            throw Errors.Precondition("INCOMPLETE", $"{row.ImplementerName} 的计划未填全：五个阶段都要有完成日期。", $"{row.ImplementerName}'s is incomplete: each of the five stages needs its date.");
    }

    /// <summary>In which rounds those below add up to less than the one above, in words; empty when in none.</summary>
    public static string Shortfall(IReadOnlyList<DecompositionStage> above, IEnumerable<IReadOnlyList<DecompositionStage>> below)
    {
        var all = below.SelectMany(stages => stages).ToList();
        return string.Join("；", Rounds.SelectMany(round => Short(round == StageKind.RoundOne ? "第一轮" : "第二轮",
            all.Where(stage => stage.Kind == round).ToList(), above.Where(stage => stage.Kind == round).ToList())));
    }

    /// <summary>Whether a centre's falls below the month's plan, in words; empty when not.</summary>
    public static string Shortfall(long agents, long terminals, IReadOnlyList<DecompositionStage> stages)
    {
        DecompositionStage plan = new() { Agents = agents, Terminals = terminals };
        return string.Join("；", Short("本月", stages, [plan]));
    }

    /// <summary>A level that is less than the one above has a reason.</summary>
    public static void RequireReason(string reason, params string[] shortfalls)
    {
        var all = string.Join("；", shortfalls.Where(text => text.Length > 0));
        if (all.Length > 0 && reason.Length == 0)
            throw Errors.Invalid("shortfall_reason", $"分解合计低于上级计划（{all}），请说明原因。", $"It adds up to less than the one above ({all}); say why.", "SHORTFALL");
    }

    /// <summary>What is wrong with stages by themselves: each at most once, in the order of their dates, targets in rounds only.</summary>
    public static IEnumerable<Violation> Stages(string field, IReadOnlyList<DecompositionStage> stages)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            var stage = stages[i];
            if (stage.Kind != StageKind.Unspecified && stages.Take(i).Any(before => before.Kind == stage.Kind))
                yield return new($"{field}[{i}].kind", "阶段重复", "is there twice", "DUPLICATE");
            if (!IsRound(stage.Kind) && stage.Agents != 0)
                yield return OnlyInRounds($"{field}[{i}]", "agents");
            if (!IsRound(stage.Kind) && stage.Terminals != 0)
                yield return OnlyInRounds($"{field}[{i}]", "terminals");
            for (var j = 0; j < stages.Count; j++)
                if (stages[j].Kind < stage.Kind && ServiceRules.Day(stages[j].DueDate) > ServiceRules.Day(stage.DueDate))
                {
                    yield return new($"{field}[{i}].due_date", "不能早于前一阶段。", "Cannot be before an earlier stage.", "OUT_OF_ORDER")
                    { Given = [$"{field}[{j}].due_date", $"{field}[{j}].kind", $"{field}[{i}].kind"] };
                    break;
                }
        }
    }

    private static IEnumerable<string> Short(string what, IReadOnlyList<DecompositionStage> below, IReadOnlyList<DecompositionStage> above)
    {
        var (agents, terminals) = (above.Sum(stage => stage.Agents), above.Sum(stage => stage.Terminals));
        if (below.Sum(stage => stage.Agents) is var a && a < agents)
            yield return $"{what}市代 {a}/{agents}";
        if (below.Sum(stage => stage.Terminals) is var t && t < terminals)
            yield return $"{what}4S店 {t}/{terminals}";
    }

    private static Violation OnlyInRounds(string stage, string field) =>
        new($"{stage}.{field}", "只有第一、二轮拓展有数量目标。", "Only the two rounds have targets.", "NOT_IN_ROUND") { Given = [$"{stage}.kind"] };

    private static Violation Required(string field) => new(field, "必填", "is required", "REQUIRED");

    private static Refusal Denied(string zh, string en) => new(Grpc.Core.StatusCode.PermissionDenied, "NOT_YOURS", zh, en);
}
