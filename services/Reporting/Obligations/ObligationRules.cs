using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Obligations;

/// <summary>What fulfils a duty.</summary>
public static class Fulfilments
{
    public const string Manual = "manual";
    public const string SurveySubmitted = "survey-submitted";
    public const string StatisticsSubmitted = "statistics-submitted";
    public const string DailySalesReported = "daily-sales-reported";
    public const string AgreementSigned = "agreement-signed";
    public const string AgreementReported = "agreement-reported";
    public const string AgreementFiled = "agreement-filed";
    public const string AccountsReconciled = "accounts-reconciled";
    public const string DecompositionIssued = "decomposition-issued";
    public const string ProgressSubmitted = "progress-submitted";
    public const string AttainmentSubmitted = "attainment-submitted";
    public const string DailyJournalSubmitted = "daily-journal-submitted";
    public const string WeeklyJournalSubmitted = "weekly-journal-submitted";
    public const string MonthlyJournalSubmitted = "monthly-journal-submitted";
}

/// <summary>Something owed: which duty, for which period, by which day.</summary>
public sealed record Owed(RuleRow Rule, string Period, DateOnly DueDate);

/// <summary>
/// Who owes: a centre (StaffId null) or a person. From is the first day that was not looked at yet; nothing is owed that
/// was over, or due, before the day the subject came.
/// </summary>
public sealed record Subject(string Id, string OrganisationId, string? StaffId, IReadOnlyList<string> Roles, bool Active, string ScopePath, DateOnly Created, DateOnly From);

/// <summary>What is owed when, where an obligation stands, and who may do what with it.</summary>
public static class ObligationRules
{
    private static readonly Dictionary<string, Action<RuleRow, ObligationRule>> Changeable = new()
    {
        ["display_name"] = (row, asked) => row.NameZh = asked.DisplayName,
        ["display_name_en"] = (row, asked) => row.NameEn = asked.DisplayNameEn,
        ["roles"] = (row, asked) => row.Roles = string.Join(',', asked.Roles),
        ["due_offset"] = (row, asked) => row.DueOffset = asked.DueOffset,
        ["due_month"] = (row, asked) => row.DueMonth = asked.DueMonth,
        ["due_day"] = (row, asked) => row.DueDay = asked.DueDay,
        ["shift"] = (row, asked) => row.Shift = ShiftText(asked.Shift),
        ["grace_days"] = (row, asked) => row.GraceDays = asked.GraceDays,
        ["due_soon_days"] = (row, asked) => row.DueSoonDays = asked.DueSoonDays,
        ["receivers"] = (row, asked) => row.Receivers = string.Join(',', asked.Receivers),
        ["active"] = (row, asked) => row.Active = asked.Active,
    };

    private static readonly HashSet<string> FulfilmentNames = [.. typeof(Fulfilments).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>Whether the duty concerns the subject at all.</summary>
    public static bool Concerns(RuleRow rule, Subject subject) =>
        rule.Active && subject.Active && rule.Personal == subject.StaffId is not null && (!rule.Personal || Split(rule.Roles).Intersect(subject.Roles).Any());

    /// <summary>Whether the subject still owes what was made for it; a person who left or changed roles does not.</summary>
    public static bool StillOwes(ObligationRow row, Subject subject) =>
        subject.Active && (row.StaffId is null || Split(row.Roles).Intersect(subject.Roles).Any());

    /// <summary>The day a period's report is due; null when that is a day off and nothing is owed then.</summary>
    public static DateOnly? DueDate(RuleRow rule, Period period, WorkingCalendar calendar)
    {
        var start = period.Shifted((int)rule.DueOffset).Start;
        var day = rule.Recurrence switch
        {
            Recurrences.Daily => start,
            Recurrences.Weekly => start.AddDays((int)rule.DueDay - 1),
            _ => ChinaTime.DayOfMonth(start.AddMonths((int)rule.DueMonth - 1), (int)rule.DueDay),
        };
        return rule.Shift switch
        {
            "next" => calendar.WorkingDayOnOrAfter(day),
            "previous" => calendar.WorkingDayOnOrBefore(day),
            "skip" when !calendar.IsWorkingDay(day) => null,
            _ => day,
        };
    }

    /// <summary>What the subject owes for the current and the next period of each day from subject.From to today.</summary>
    public static List<Owed> Recurring(IEnumerable<RuleRow> rules, Subject subject, DateOnly today, WorkingCalendar calendar)
    {
        var owed = new List<Owed>();
        foreach (var rule in rules.Where(rule => rule.Recurrence != Recurrences.Agreement && Concerns(rule, subject)))
        {
            var last = Period.Of(rule.Recurrence, today).Shifted(1);
            for (var period = Period.Of(rule.Recurrence, subject.From); period.Start <= last.Start; period = period.Shifted(1))
                if (period.End >= subject.Created && DueDate(rule, period, calendar) is { } due && due >= subject.Created)
                    owed.Add(new Owed(rule, period.Label, due));
        }
        return owed;
    }

    /// <summary>
    /// What is owed after an agreement was signed: within so many working days (0: on the day itself), or, with an offset, by a
    /// day of a month after that of the signing.
    /// </summary>
    public static DateOnly DueAfterSigning(RuleRow rule, DateOnly signed, WorkingCalendar calendar) => rule.DueOffset == 0
        ? calendar.AddWorkingDays(signed, (int)rule.DueDay)
        : calendar.WorkingDayOnOrAfter(ChinaTime.DayOfMonth(ChinaTime.StartOfMonth(signed).AddMonths((int)rule.DueOffset), (int)rule.DueDay));

    /// <summary>A new obligation; its state is settled by Settle.</summary>
    public static ObligationRow Create(Owed owed, Subject subject, string id) => new()
    {
        Id = id,
        Duty = owed.Rule.Code,
        SubjectId = subject.Id,
        Period = owed.Period,
        OrganisationId = subject.OrganisationId,
        StaffId = subject.StaffId,
        Roles = owed.Rule.Roles,
        Receivers = owed.Rule.Receivers,
        Fulfilment = owed.Rule.Fulfilment,
        DueDate = owed.DueDate,
        DueSoonUs = ChinaTime.StartOfDay(owed.DueDate.AddDays(-(int)owed.Rule.DueSoonDays)).Micros(),
        DeadlineUs = ChinaTime.EndOfDay(owed.DueDate.AddDays((int)owed.Rule.GraceDays)).Micros(),
        ScopePath = subject.ScopePath,
        AssigneeId = subject.StaffId,
        Version = 1,
    };

    /// <summary>
    /// Puts a row into the state it has at an instant, and the instant at which the clock alone will move it next. The state
    /// follows from what is known, whenever it was heard: a submission counts by its own time.
    /// </summary>
    public static void Settle(ObligationRow row, long nowUs)
    {
        row.State = StateAt(row, nowUs);
        row.NextUs = row.State switch
        {
            States.Scheduled => row.DueSoonUs,
            States.DueSoon => row.DeadlineUs,
            _ => null,
        };
    }

    /// <summary>Whether the state is one that waits for a submission.</summary>
    public static bool IsOpen(string state) => state is States.Scheduled or States.DueSoon or States.Missing or States.Returned;

    /// <summary>Why this caller may not submit it now.</summary>
    public static void ThrowIfNotSubmittable(ObligationRow row, Caller caller)
    {
        var staff = caller.RequireStaff();
        if (row.StaffId is not null ? row.StaffId != staff : !(caller.OrganisationId == row.OrganisationId && Split(row.Roles).Intersect(caller.Roles).Any()))
            throw new Refusal(StatusCode.PermissionDenied, "NOT_YOURS", "此事项不由您报送。", "This is not yours to submit.");
        if (row.Fulfilment != Fulfilments.Manual)
            throw Errors.Precondition("FULFILLED_BY_EVENT", "此事项随对应表单的提交自动完成，无需手工报送。", "The form itself fulfils this when it is submitted.");
        if (row.State == States.Waived)
            throw Errors.Precondition("WAIVED", "此事项已免除。", "This is no longer owed.");
        if (!IsOpen(row.State))
            throw Errors.Precondition("ALREADY_SUBMITTED", "此事项已报送。", "This was submitted already.");
    }

    /// <summary>Why this caller may not accept or return it now.</summary>
    public static void ThrowIfNotReviewable(ObligationRow row, Caller caller)
    {
        if (!Split(row.Receivers).Intersect(caller.Roles).Any())
            throw new Refusal(StatusCode.PermissionDenied, "NOT_RECEIVER", "您不是此事项的接收人。", "You are not a receiver of this.");
        if (row.State is not (States.OnTime or States.Late))
            throw Errors.Precondition("NOT_SUBMITTED", "此事项尚未报送，或已处理。", "This is not submitted yet, or was dealt with already.");
        if (row.SubmitterId is not null && row.SubmitterId == caller.StaffId)
            throw Errors.Precondition("OWN_SUBMISSION", "不能接收或退回自己报送的事项。", "Nobody accepts or returns what he submitted himself.");
    }

    /// <summary>Why this caller may not let it off now: who owes it never may.</summary>
    public static void ThrowIfNotWaivable(ObligationRow row, Caller caller)
    {
        if (row.StaffId is not null ? row.StaffId == caller.StaffId : caller.OrganisationId == row.OrganisationId && Split(row.Roles).Intersect(caller.Roles).Any())
            throw new Refusal(StatusCode.PermissionDenied, "OWN_DUTY", "不能免除自己负责的报送事项，请由上级处理。", "Nobody lets off what he owes himself; ask a superior.");
        if (row.State == States.Waived)
            throw Errors.Precondition("WAIVED", "此事项已免除。", "This is no longer owed.");
        if (!IsOpen(row.State))
            throw Errors.Precondition("ALREADY_SUBMITTED", "此事项已报送。", "This was submitted already.");
    }

    /// <summary>What a new rule gets wrong.</summary>
    public static List<Violation> Create(ObligationRule rule, string id)
    {
        var violations = new List<Violation>();
        if (id.Length < 3 || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            violations.Add(new("obligation_rule_id", "须为 3 至 50 个小写字母、数字或短横线", "must be 3 to 50 lower-case letters, digits or dashes", "BAD_FORMAT"));
        if (rule.Recurrence == Recurrence.Unspecified)
            violations.Add(Required("recurrence"));
        if (rule.Fulfilment.Length > 0 && !FulfilmentNames.Contains(rule.Fulfilment))
            violations.Add(new("obligation_rule.fulfilment", "没有这种完成方式", "there is no such fulfilment", "UNKNOWN_VALUE"));
        violations.AddRange(Update(rule, []));
        // An empty list of roles was named as missing; a recurrence decides which days there are.
        if (rule.Recurrence != Recurrence.Unspecified)
            violations.AddRange(DueDay(NewRow(rule, id)).Select(fault => fault with { Given = ["obligation_rule.recurrence"] }));
        return violations;
    }

    /// <summary>A new rule as a row; 0 for month and day is the first.</summary>
    public static RuleRow NewRow(ObligationRule rule, string id)
    {
        var row = new RuleRow
        {
            Code = id,
            Personal = rule.Personal,
            Recurrence = RecurrenceText(rule.Recurrence),
            Fulfilment = rule.Fulfilment.Length == 0 ? Fulfilments.Manual : rule.Fulfilment,
            Version = 1,
        };
        Apply(row, rule, []);
        (row.DueMonth, row.DueDay, row.Active) = (Math.Max(1, row.DueMonth), rule.DueDay == 0 && rule.Recurrence != Recurrence.Agreement ? 1 : row.DueDay, true);
        return row;
    }

    /// <summary>The next periods of a rule for which something is owed, from that of a day on; of an agreement signed on that day.</summary>
    public static List<(string Period, DateOnly Due)> Preview(RuleRow rule, DateOnly from, int count, WorkingCalendar calendar)
    {
        if (rule.Recurrence == Recurrences.Agreement)
            return [("", DueAfterSigning(rule, from, calendar))];
        var rows = new List<(string, DateOnly)>();
        for (var period = Period.Of(rule.Recurrence, from); rows.Count < count; period = period.Shifted(1))
            if (DueDate(rule, period, calendar) is { } due)
                rows.Add((period.Label, due));
        return rows;
    }

    /// <summary>A recurrence as stored.</summary>
    public static string RecurrenceText(Recurrence recurrence) => recurrence switch
    {
        Recurrence.Daily => Recurrences.Daily,
        Recurrence.Weekly => Recurrences.Weekly,
        Recurrence.Monthly => Recurrences.Monthly,
        Recurrence.Quarterly => Recurrences.Quarterly,
        Recurrence.HalfYearly => Recurrences.HalfYearly,
        Recurrence.Yearly => Recurrences.Yearly,
        Recurrence.Agreement => Recurrences.Agreement,
        _ => "",
    };

    /// <summary>What a change of a rule gets wrong, whatever the rule.</summary>
    public static IEnumerable<Violation> Update(ObligationRule rule, IReadOnlyCollection<string> mask)
    {
        var fields = Fields(mask);
        foreach (var field in fields.Where(field => !Changeable.ContainsKey(field)))
            yield return new("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE");
        if (fields.Contains("display_name") && string.IsNullOrWhiteSpace(rule.DisplayName))
            yield return Required("display_name");
        if (fields.Contains("display_name_en") && string.IsNullOrWhiteSpace(rule.DisplayNameEn))
            yield return Required("display_name_en");
        var roles = (fields.Contains("roles") ? RoleFaults("roles", rule.Roles) : []).Concat(fields.Contains("receivers") ? RoleFaults("receivers", rule.Receivers) : []);
        foreach (var fault in roles)
            yield return fault;
    }

    /// <summary>Takes the fields of the mask (all that may be changed when it is empty) over into the row.</summary>
    public static void Apply(RuleRow row, ObligationRule rule, IReadOnlyCollection<string> mask)
    {
        foreach (var field in Fields(mask).Where(Changeable.ContainsKey))
            Changeable[field](row, rule);
    }

    /// <summary>Whether month and day are some that the rule's periods have.</summary>
    public static List<Violation> DueDay(RuleRow rule)
    {
        var violations = new List<Violation>();
        var (months, days) = rule.Recurrence switch
        {
            Recurrences.Daily => (1, 1),
            Recurrences.Weekly => (1, 7),
            Recurrences.Quarterly => (3, 31),
            Recurrences.HalfYearly => (6, 31),
            Recurrences.Yearly => (12, 31),
            _ => (1, 31),
        };
        Range(rule.DueMonth, 1, months, "obligation_rule.due_month", violations);
        Range(rule.DueDay, rule.Recurrence == Recurrences.Agreement ? 0 : 1, days, "obligation_rule.due_day", violations);
        return violations;
    }

    /// <summary>The days a summary is asked for, in order.</summary>
    public static IEnumerable<Violation> Summary(string dueFrom, string dueTo, DateOnly today)
    {
        var from = ServiceRules.Day(dueFrom) ?? ChinaTime.StartOfMonth(today);
        return from > ServiceRules.Day(dueTo) ? [new("due_to", "结束日期不能早于开始日期。", "The last day cannot be before the first.", "OUT_OF_RANGE") { Given = ["due_from"] }] : [];
    }

    /// <summary>Roles as they are stored in one column.</summary>
    public static string[] Split(string roles) => roles.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static string StateAt(ObligationRow row, long nowUs)
    {
        if (row.Review == States.Accepted)
            return States.Accepted;
        var returned = row.Review == States.Returned;
        if (row.SubmittedUs is { } submitted && !(returned && submitted <= row.ReviewedUs))
            return submitted < row.DeadlineUs ? States.OnTime : States.Late;
        if (row.Waived || row.WaivedUs is not null)
            return States.Waived;
        if (returned)
            return States.Returned;
        return nowUs >= row.DeadlineUs ? States.Missing : nowUs >= row.DueSoonUs ? States.DueSoon : States.Scheduled;
    }

    private static IReadOnlyCollection<string> Fields(IReadOnlyCollection<string> mask) => mask.Count == 0 || mask.Contains("*") ? [.. Changeable.Keys] : mask;

    private static IEnumerable<Violation> RoleFaults(string field, IReadOnlyList<string> roles)
    {
        if (roles.Count == 0)
            yield return Required(field);
        for (var i = 0; i < roles.Count; i++)
            if (!Protocol.Roles.Permissions.ContainsKey(roles[i]))
                yield return new($"obligation_rule.{field}[{i}]", $"没有角色 {roles[i]}。", $"There is no role {roles[i]}.", "UNKNOWN_ROLE");
    }

    private static Violation Required(string field) => new($"obligation_rule.{field}", "必填", "is required", "REQUIRED");

    private static string ShiftText(DueDayShift shift) => shift switch
    {
        DueDayShift.Next => "next",
        DueDayShift.Previous => "previous",
        DueDayShift.Skip => "skip",
        _ => "none",
    };

    private static void Range(long value, int min, int max, string field, List<Violation> violations)
    {
        if (value < min || value > max)
            violations.Add(new Violation(field, $"须为 {min} 至 {max}。", $"Must be {min} to {max}.", "OUT_OF_RANGE"));
    }
}
