using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>What a template must be, who scores whom, and how scores make a result.</summary>
public static class EvaluationRules
{
    public const string Open = "open";
    public const string Published = "published";
    public const string Appealed = "appealed";
    public const string Decided = "decided";

    private const int Whole = 100;

    private static readonly string[] Changeable = ["display_name", "indicators", "weights", "active"];

    private static readonly HashSet<(string From, string To)> Moves = [(Open, Published), (Published, Appealed), (Appealed, Decided)];

    // Who at headquarters hears a department's results; the manuals name sales, marketing and training, the others are inferred.
    private static readonly Dictionary<EvaluationDepartment, string[]> Counterparts = new()
    {
        [EvaluationDepartment.Sales] = ["hq-sales", "hq-marketing"],
        [EvaluationDepartment.Training] = ["hq-training"],
        [EvaluationDepartment.AfterSales] = ["hq-sales"],
        [EvaluationDepartment.Office] = ["hq-office"],
    };

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void Move(EvaluationRow row, string to)
    {
        if (!MayMove(row.State, to))
            throw WrongState(row.State);
        row.State = to;
    }

    public static void RequireOpen(EvaluationRow row)
    {
        if (row.State != Open)
            throw WrongState(row.State);
    }

    /// <summary>The day from which a result may be published: after its period; a department's at its end, for it is due on its last working day.</summary>
    public static DateOnly PublishableFrom(EvaluationRow row, WorkingCalendar calendar)
    {
        var end = PeriodOf(row.Cycle, row.StartDate).End;
        return row.Department.Length == 0 ? end.AddDays(1) : calendar.WorkingDayOnOrBefore(end);
    }

    /// <summary>Only its department's counterpart at headquarters says something to a result, once it is published.</summary>
    public static void RequireCounterpart(EvaluationRow row, Caller caller)
    {
        if (!Counterparts.GetValueOrDefault(Codes.To<EvaluationDepartment>(row.Department), []).Append(Protocol.Roles.Administrator).Intersect(caller.Roles).Any())
            throw new Refusal(StatusCode.PermissionDenied, "NOT_COUNTERPART", "反馈由总部对口部门填写。", "This is for the department's counterpart at headquarters.");
        if (row.State == Open)
            throw WrongState(row.State);
    }

    public static IEnumerable<Violation> Create(EvaluationTemplate template)
    {
        if (template.Cycle == EvaluationCycle.Unspecified)
            yield return new("evaluation_template.cycle", "必填", "is required", "REQUIRED");
        if (!Protocol.Roles.Permissions.ContainsKey(template.Role))
            yield return new("evaluation_template.role", $"没有角色 {template.Role}。", $"There is no role {template.Role}.", template.Role.Length == 0 ? "REQUIRED" : "UNKNOWN_ROLE");
        foreach (var fault in Definition(template))
            yield return fault;
    }

    public static IEnumerable<Violation> Update(EvaluationTemplate template, IReadOnlyCollection<string> mask)
    {
        foreach (var field in mask.Where(field => field != "*" && !Changeable.Contains(field)))
            yield return new("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE");
        foreach (var fault in Definition(template))
            if (mask.Count == 0 || mask.Contains("*") || mask.Any(field => fault.Field.StartsWith($"evaluation_template.{field}", StringComparison.Ordinal)))
                yield return fault with { Given = [.. fault.Given ?? [], "update_mask"] };
    }

    /// <summary>Puts the fields of the mask into a template as it stood; all of them without one.</summary>
    public static void Apply(EvaluationTemplate known, EvaluationTemplate asked, IReadOnlyCollection<string> mask)
    {
        bool Takes(string field) => mask.Count == 0 || mask.Contains("*") || mask.Contains(field);
        if (Takes("display_name"))
            known.DisplayName = asked.DisplayName;
        if (Takes("active"))
            known.Active = asked.Active;
        if (Takes("indicators"))
        {
            known.Indicators.Clear();
            known.Indicators.Add(asked.Indicators);
        }
        if (Takes("weights"))
        {
            known.Weights.Clear();
            known.Weights.Add(asked.Weights);
        }
    }

    public static Period PeriodOf(string cycle, DateOnly day) => Period.Of(cycle, day);

    /// <summary>
    /// How high somebody stands when he is evaluated. In other departments than sales nobody but the general manager and HQ is known to be
    /// above a person (inferred), so he counts as a manager.
    /// </summary>
    public static int SubjectRank(IReadOnlyCollection<string> roles) => roles.Contains("salesperson") ? Ranks.Of(roles) : Math.Max(1, Ranks.Of(roles));

    public static void RequireSuperior(EvaluationRow row, Caller caller)
    {
        if (!IsSuperior(row, caller))
            throw new Refusal(StatusCode.PermissionDenied, "NOT_SUPERIOR", "考评由被考评人的上级进行。", "This is for the person's superiors.");
    }

    /// <summary>What a score gets wrong by itself.</summary>
    public static IEnumerable<Violation> Score(ScoreEvaluationRequest request)
    {
        if (request.Kind == ScoreKind.Computed)
            yield return new("kind", "系统计算的分数不能填写。", "The computed score is nobody's to give.", "COMPUTED");
        if (request.Kind == ScoreKind.Client && request.Client.Length == 0)
            yield return new("client", "必填", "is required", "REQUIRED") { Given = ["kind"] };
        if (request.Kind is ScoreKind.Self or ScoreKind.Superior or ScoreKind.Peer && request.Client.Length > 0)
            yield return new("client", "只有客户评分需要填写客户。", "Only a client's score names one.", "NO_CLIENT") { Given = ["kind"] };
    }

    /// <summary>Only counted figures have facts behind them.</summary>
    public static IEnumerable<Violation> Facts(string figure) =>
        EvaluationFigures.Counted.Contains(figure) ? [] : [new("figure", $"须为：{string.Join("、", EvaluationFigures.Counted)}", $"must be one of {string.Join(", ", EvaluationFigures.Counted)}", "UNKNOWN_FIGURE")];

    /// <summary>Who gives which kind of score: oneself, those above, those beside in the same organisation; a client's is entered by those above.</summary>
    public static bool MayScore(ScoreKind kind, EvaluationRow row, Caller caller) => kind switch
    {
        ScoreKind.Self => caller.StaffId == row.SubjectId,
        ScoreKind.Peer => caller.StaffId is not null && caller.StaffId != row.SubjectId && caller.OrganisationId == row.OrganisationId && !IsSuperior(row, caller),
        ScoreKind.Superior or ScoreKind.Client => IsSuperior(row, caller),
        _ => false,
    };

    public static bool IsSuperior(EvaluationRow row, Caller caller) =>
        caller.StaffId is not null && caller.StaffId != row.SubjectId && row.SubjectRank < Ranks.Of(caller.Roles) && caller.Scope.Sees(row.ScopePath, caller.Scope.Assignee);

    /// <summary>Each kind that has a score, with what it counts: the weight of kinds that nobody gave is shared out among the others.</summary>
    public static List<ScoreShare> Shares(IEnumerable<ScoreWeight> weights, double computed, IEnumerable<ScoreRow> scores)
    {
        var given = scores.GroupBy(score => Codes.To<ScoreKind>(score.Kind)).ToDictionary(kind => kind.Key, kind => kind.Average(score => score.Score));
        given[ScoreKind.Computed] = computed;
        var present = weights.Where(weight => given.ContainsKey(weight.Kind)).ToList();
        var sum = present.Sum(weight => weight.Weight);
        return [.. present.Select(weight => new ScoreShare { Kind = weight.Kind, Weight = Math.Round((double)Whole * weight.Weight / sum, 2), Score = Math.Round(given[weight.Kind], 2) })];
    }

    /// <summary>The result in hundredths, from 0 to 10,000.</summary>
    public static long Total(IEnumerable<ScoreShare> shares, long calibration)
    {
        var list = shares.ToList();
        var (sum, weight) = (list.Sum(share => share.Weight * share.Score), list.Sum(share => share.Weight));
        return (long)Math.Round(Math.Clamp((weight == 0 ? 0 : sum / weight) + calibration, 0, Whole) * 100, MidpointRounding.AwayFromZero);
    }

    /// <summary>An indicator's score of its formula, from 0 to 100.</summary>
    public static double ScoreOf(Indicator indicator, IReadOnlyDictionary<string, double> figures) =>
        Math.Round(Math.Clamp(Formula.Parse(indicator.Formula, EvaluationFigures.Names).Value(figures), 0, Whole), 2);

    private static IEnumerable<Violation> Definition(EvaluationTemplate template)
    {
        if (template.Indicators.Count > 0 && template.Indicators.Sum(one => (long)one.Weight) != Whole)
            yield return new("evaluation_template.indicators", "各指标权重之和须为 100。", "The weights must make 100.", "WEIGHTS") { Given = ["evaluation_template.indicators"] };
        if (template.Weights.Count > 0 && template.Weights.Sum(one => (long)one.Weight) != Whole)
            yield return new("evaluation_template.weights", "各类评分权重之和须为 100。", "The weights must make 100.", "WEIGHTS") { Given = ["evaluation_template.weights"] };
        for (var i = 0; i < template.Weights.Count; i++)
            if (template.Weights[i].Kind != ScoreKind.Unspecified && template.Weights.Take(i).Any(before => before.Kind == template.Weights[i].Kind))
                yield return new($"evaluation_template.weights[{i}].kind", "重复", "is there twice", "DUPLICATE");
        for (var i = 0; i < template.Indicators.Count; i++)
            if (FaultOf(template.Indicators[i].Formula) is { } fault)
                yield return new($"evaluation_template.indicators[{i}].formula", fault.Zh, fault.Message, "BAD_FORMULA");
    }

    private static FormulaException? FaultOf(string formula)
    {
        try
        {
            Formula.Parse(formula, EvaluationFigures.Names);
            return null;
        }
        catch (FormulaException e)
        {
            return e;
        }
    }

    private static Refusal WrongState(string state) =>
        Errors.Precondition("WRONG_STATE", $"考评当前状态（{state}）不允许此操作。", $"The evaluation is {state}; this cannot be done now.");
}
