using Qudao.Platform;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Journals;

/// <summary>What a journal must be, who may do what with it, and who is superior to whom.</summary>
public static class JournalRules
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Returned = "returned";
    public const string Accepted = "accepted";

    private const int MostTargets = 3;

    private static readonly HashSet<(string From, string To)> Moves = [(Draft, Submitted), (Returned, Submitted), (Submitted, Accepted), (Submitted, Returned)];

    private static readonly WeekRowKind[] FirstRows = [WeekRowKind.Agents, WeekRowKind.Terminals, WeekRowKind.Sales, WeekRowKind.NewClientVisits];

    /// <summary>Whether the writer may still change it.</summary>
    public static bool IsOpen(string state) => state is Draft or Returned;

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE", $"日志当前状态（{from}）不允许此操作。", $"The journal is {from}; it cannot become {to}.");
    }

    public static void RequireOpen(string state)
    {
        if (!IsOpen(state))
            throw Errors.Precondition("WRONG_STATE", "日志已提交，不能修改；请主管先退回。", "It is handed in and cannot be changed; have it returned first.");
    }

    public static void RequireWriter(JournalRow row, Caller caller)
    {
        if (row.WriterId != caller.StaffId)
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_YOURS", "这不是您的日志。", "It is not your journal.");
    }

    /// <summary>Nobody reviews his own, nor that of somebody who is not below him.</summary>
    public static void RequireSuperior(JournalRow row, Caller caller)
    {
        if (row.WriterId == caller.StaffId || row.WriterRank >= Ranks.Of(caller.Roles))
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_SUPERIOR", "日志由填报人的上级点评。", "A journal is reviewed by its writer's superiors.");
    }

    public static Period PeriodOf(JournalKind kind, DateOnly day) => Period.Of(kind switch
    {
        JournalKind.Weekly => Recurrences.Weekly,
        JournalKind.Monthly => Recurrences.Monthly,
        _ => Recurrences.Daily,
    }, day);

    public static string FulfilmentOf(JournalKind kind) => kind switch
    {
        JournalKind.Weekly => Fulfilments.WeeklyJournalSubmitted,
        JournalKind.Monthly => Fulfilments.MonthlyJournalSubmitted,
        _ => Fulfilments.DailyJournalSubmitted,
    };

    /// <summary>What a new one gets wrong.</summary>
    public static IEnumerable<Violation> Create(Journal journal, DateOnly today)
    {
        if (journal.Kind == JournalKind.Unspecified)
            yield return Required("journal.kind");
        if (journal.Day.Length == 0)
            yield return Required("journal.day");
        if (ServiceRules.Day(journal.Day) is { } day && day.Year > 1 && PeriodOf(journal.Kind, day).Start > today)
            yield return new("journal.day", "还没有到这个期间。", "The period has not begun yet.", "OUT_OF_RANGE") { Given = ["journal.kind"] };
        foreach (var (field, kind, given) in Forms(journal))
            if (given && journal.Kind != JournalKind.Unspecified && kind != journal.Kind)
                yield return new(field, "与日志类型不符。", "Is not the form of its kind.", "OTHER_KIND") { Given = ["journal.kind"] };
        foreach (var fault in Words(journal))
            yield return fault;
    }

    /// <summary>What a change gets wrong, whichever journal it is of.</summary>
    public static IEnumerable<Violation> Update(Journal journal, IReadOnlyCollection<string> mask)
    {
        foreach (var field in mask.Where(field => field is not ("*" or "daily" or "weekly" or "monthly")))
            yield return new("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE");
        foreach (var fault in Words(journal))
            yield return fault with { Given = [.. fault.Given ?? [], "update_mask"] };
    }

    /// <summary>A change gives the form of the journal's kind and no other.</summary>
    public static IEnumerable<Violation> OtherForms(Journal asked, JournalKind kind, IReadOnlyCollection<string> mask)
    {
        foreach (var (field, form, given) in Forms(asked))
            if (form != kind && (given || mask.Contains(field["journal.".Length..])))
                yield return new(field, "与日志类型不符。", "Is not the form of its kind.", "OTHER_KIND");
    }

    /// <summary>Whether the form of this kind is there at all.</summary>
    public static bool IsGiven(Journal journal, JournalKind kind) => Forms(journal).Any(form => form.Kind == kind && form.Given);

    /// <summary>The writer's words alone: what is counted is taken from nobody.</summary>
    public static Journal WordsOf(Journal journal, JournalKind kind) => kind switch
    {
        JournalKind.Weekly => new Journal { Weekly = new WeeklyJournal { Rows = { (journal.Weekly?.Rows ?? []).OrderBy(row => row.Kind).Select(WordsOf) } } },
        JournalKind.Monthly => new Journal { Monthly = WordsOf(journal.Monthly ?? new MonthlyJournal()) },
        _ => new Journal { Daily = WordsOf(journal.Daily ?? new DailyJournal()) },
    };

    /// <summary>What the manual wants to be filled before it is handed in, of a form with its figures.</summary>
    public static IEnumerable<Violation> Missing(Journal form) => form switch
    {
        { Daily: { } daily } => Missing(daily),
        { Weekly: { } weekly } => Missing(weekly),
        { Monthly: { } monthly } => Missing(monthly),
        _ => [],
    };

    private static IEnumerable<Violation> Missing(DailyJournal daily)
    {
        if (daily.PlanMorning.Length == 0)
            yield return Required("daily.plan_morning");
        if (daily.PlanAfternoon.Length == 0)
            yield return Required("daily.plan_afternoon");
    }

    private static IEnumerable<Violation> Missing(WeeklyJournal weekly)
    {
        foreach (var kind in FirstRows.Where(kind => weekly.Rows.FirstOrDefault(row => row.Kind == kind) is not { HasNextPlan: true }))
            yield return new("weekly.rows", $"“{WeekRowNames.Of(kind)}”须填写下周计划。", $"{Codes.Of(kind)} needs next week's plan.", "NEXT_PLAN_REQUIRED");
        for (var i = 0; i < weekly.Rows.Count; i++)
        {
            if (weekly.Rows[i].Result >= weekly.Rows[i].Plan)
                continue;
            if (weekly.Rows[i].Reason.Length == 0)
                yield return Required($"weekly.rows[{i}].reason");
            if (weekly.Rows[i].Improvement.Length == 0)
                yield return Required($"weekly.rows[{i}].improvement");
        }
    }

    private static IEnumerable<Violation> Missing(MonthlyJournal monthly)
    {
        if (monthly.Failures.Length == 0 && (monthly.AgentsActual < monthly.AgentsDue || monthly.TerminalsActual < monthly.TerminalsDue))
            yield return Required("monthly.failures");
        if (monthly.NextMonth.Count == 0)
            yield return Required("monthly.next_month");
    }

    private static IEnumerable<Violation> Words(Journal journal)
    {
        var rows = journal.Weekly?.Rows ?? [];
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, at) = (rows[i], $"journal.weekly.rows[{i}]");
            var before = rows.Take(i).ToList();
            if (FirstRows.Contains(row.Kind) && before.Any(other => other.Kind == row.Kind))
                yield return new($"{at}.kind", "重复", "is there twice", "DUPLICATE");
            if (row.Kind == WeekRowKind.TargetClientVisits && before.Count(other => other.Kind == row.Kind) >= MostTargets)
                yield return new($"{at}.kind", $"目标客户最多 {MostTargets} 个。", $"There are at most {MostTargets} such rows.", "TOO_MANY");
            if (row.Kind == WeekRowKind.TargetClientVisits && row.Partner.Length == 0)
                yield return Required($"{at}.partner") with { Given = [$"{at}.kind"] };
            if (FirstRows.Contains(row.Kind) && row.Partner.Length > 0)
                yield return new($"{at}.partner", "只有目标客户拜访需要填写客户。", "Only a row of a client that is aimed at names one.", "NOT_A_TARGET") { Given = [$"{at}.kind"] };
            if (row.Partner.Length > 0 && before.Any(other => other.Partner == row.Partner))
                yield return new($"{at}.partner", "重复", "is there twice", "DUPLICATE");
        }
    }

    private static IEnumerable<(string Field, JournalKind Kind, bool Given)> Forms(Journal journal) =>
    [
        ("journal.daily", JournalKind.Daily, journal.Daily is not null),
        ("journal.weekly", JournalKind.Weekly, journal.Weekly is not null),
        ("journal.monthly", JournalKind.Monthly, journal.Monthly is not null),
    ];

    private static DailyJournal WordsOf(DailyJournal daily) => new()
    {
        MorningMeeting = daily.MorningMeeting,
        EveningMeeting = daily.EveningMeeting,
        PlanMorning = daily.PlanMorning,
        PlanAfternoon = daily.PlanAfternoon,
    };

    private static WeekRow WordsOf(WeekRow row) => new(row) { PartnerName = "", Result = 0 };

    private static MonthlyJournal WordsOf(MonthlyJournal monthly) => new() { Failures = monthly.Failures, LikelyWins = monthly.LikelyWins, NextMonth = { monthly.NextMonth } };

    private static Violation Required(string field) => new(field, "必填", "is required", "REQUIRED");
}

/// <summary>The rows of the weekly form as the manual calls them.</summary>
public static class WeekRowNames
{
    public static string Of(WeekRowKind kind) => kind switch
    {
        WeekRowKind.Agents => "市代拓展",
        WeekRowKind.Terminals => "4S拓展",
        WeekRowKind.Sales => "产品销售数量",
        WeekRowKind.NewClientVisits => "新客户拜访次数",
        WeekRowKind.TargetClientVisits => "目标客户拜访",
        _ => "",
    };
}
