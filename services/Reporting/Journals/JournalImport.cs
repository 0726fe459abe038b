using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Journals;

/// <summary>Reads a filled 销售日志 (附件五) back: the words and plans of its writer; what is counted is not read.</summary>
public static class JournalImport
{
    private const string Item = "项目", Content = "内容", Target = "目标客户", Plan = "本周计划", Reason = "差距原因", Improvement = "改进方法", NextPlan = "下周计划";
    private const string Agents = "市代", Terminals = "4S店", Sales = "销量", Visits = "拜访", Total = "小计", Failures = "未完成情况及原因", LikelyWins = "有望签约";
    private const int LongestShort = 500, LongestDaily = 1000, LongestMonthly = 2000, LongestItem = 200, MostNumber = 100_000;

    private static readonly Dictionary<string, (int Longest, Action<DailyJournal, string> Set)> DayRows = new()
    {
        ["晨会"] = (LongestDaily, (daily, text) => daily.MorningMeeting = text),
        ["夕会"] = (LongestDaily, (daily, text) => daily.EveningMeeting = text),
        ["本日计划（上午）"] = (LongestDaily, (daily, text) => daily.PlanMorning = text),
        ["本日计划（下午）"] = (LongestDaily, (daily, text) => daily.PlanAfternoon = text),
    };

    private static readonly Dictionary<string, WeekRowKind> WeekRows = Enum.GetValues<WeekRowKind>().Where(kind => kind != WeekRowKind.Unspecified).ToDictionary(WeekRowNames.Of);

    /// <summary>What the file says, put over the form as it is; faults go into the errors.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such form.</exception>
    public static Journal Read(byte[] file, JournalKind kind, Journal form, List<SheetError> errors)
    {
        try
        {
            var sheets = Sheet.Read(file);
            return kind switch
            {
                JournalKind.Weekly => new Journal { Weekly = Week(sheets, form.Weekly, errors) },
                JournalKind.Monthly => new Journal { Monthly = Month(sheets, errors) },
                _ => new Journal { Daily = Day(sheets, errors) },
            };
        }
        catch (SheetException e)
        {
            throw Errors.Invalid("file", e.Zh, e.En, "BAD_FILE");
        }
    }

    /// <summary>The file with its faults beside it.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such form.</exception>
    public static byte[] Checked(byte[] file, JournalKind kind, Journal form, string language)
    {
        var errors = new List<SheetError>();
        Read(file, kind, form, errors);
        return SheetFaults.Write(SheetTable.Find(Sheet.Read(file), HeadersOf(kind)).Headers, errors, language);
    }

    private static SheetHeader[] HeadersOf(JournalKind kind) => kind switch
    {
        JournalKind.Weekly => [Item, new(Target, Required: false), Plan, new(Reason, Required: false), new(Improvement, Required: false), NextPlan],
        JournalKind.Monthly => [Item, Agents, Terminals, Sales, Visits],
        _ => [Item, Content],
    };

    private static DailyJournal Day(IReadOnlyList<Sheet> sheets, List<SheetError> errors)
    {
        var daily = new DailyJournal();
        foreach (var row in SheetTable.Find(sheets, HeadersOf(JournalKind.Daily)).Rows)
            if (DayRows.TryGetValue(row[Item], out var known))
                known.Set(daily, Text(row, Content, known.Longest, errors));
        return daily;
    }

    private static WeeklyJournal Week(IReadOnlyList<Sheet> sheets, WeeklyJournal form, List<SheetError> errors)
    {
        var weekly = new WeeklyJournal();
        foreach (var row in SheetTable.Find(sheets, HeadersOf(JournalKind.Weekly)).Rows)
        {
            if (row[Item].StartsWith("主管点评", StringComparison.Ordinal))
                break;
            var before = errors.Count;
            var kind = WeekRows.GetValueOrDefault(row[Item]);
            var target = kind == WeekRowKind.TargetClientVisits ? form.Rows.FirstOrDefault(known => known.Kind == kind && known.PartnerName == row[Target]) : null;
            if (kind == WeekRowKind.Unspecified)
                errors.Add(row.Error(Item, $"须为：{string.Join("、", WeekRows.Keys)}", $"must be one of {string.Join(", ", WeekRows.Keys)}"));
            else if (kind == WeekRowKind.TargetClientVisits && target is null)
                errors.Add(row.Error(Target, "须为日志中已填写的目标客户", "must be a client that the journal aims at already"));
            else if (weekly.Rows.Any(other => other.Kind == kind && other.Partner == (target?.Partner ?? "")))
                errors.Add(row.Error(Item, "重复", "is there twice"));
            var read = new WeekRow
            {
                Kind = kind,
                Partner = target?.Partner ?? "",
                Reason = Text(row, Reason, LongestShort, errors),
                Improvement = Text(row, Improvement, LongestShort, errors),
            };
            if (Number(row, Plan, errors) is { } plan)
                read.Plan = plan;
            if (Number(row, NextPlan, errors) is { } next)
                read.NextPlan = next;
            if (errors.Count == before)
                weekly.Rows.Add(read);
        }
        return weekly;
    }

    private static MonthlyJournal Month(IReadOnlyList<Sheet> sheets, List<SheetError> errors)
    {
        var monthly = new MonthlyJournal { Failures = Below(sheets, Failures, errors), LikelyWins = Below(sheets, LikelyWins, errors) };
        foreach (var row in SheetTable.Find(sheets, HeadersOf(JournalKind.Monthly)).Rows.TakeWhile(row => row[Item] != Total))
            monthly.NextMonth.Add(new NextMonthLine
            {
                Item = row.Required(Item, errors) is { Length: <= LongestItem } item ? item : Text(row, Item, LongestItem, errors),
                Agents = Number(row, Agents, errors) ?? 0,
                Terminals = Number(row, Terminals, errors) ?? 0,
                Sales = Number(row, Sales, errors) ?? 0,
                Visits = Number(row, Visits, errors) ?? 0,
            });
        return monthly;
    }

    /// <summary>The text two rows below a heading: between them stands the column's header.</summary>
    private static string Below(IReadOnlyList<Sheet> sheets, string heading, List<SheetError> errors)
    {
        var rows = sheets.Where(sheet => !sheet.Hidden).SelectMany(sheet => sheet.Rows).ToList();
        var at = rows.FindIndex(row => row[0].Trim() == heading);
        if (at < 0 || at + 2 >= rows.Count || rows[at + 2].Number != rows[at].Number + 2)
            return "";
        var text = rows[at + 2][0].Trim();
        if (text.Length > LongestMonthly)
            errors.Add(new SheetError(rows[at + 2].Number, heading, $"最多 {LongestMonthly} 个字", $"must have at most {LongestMonthly} characters"));
        return text;
    }

    private static string Text(SheetRecord row, string column, int longest, List<SheetError> errors)
    {
        if (row[column].Length > longest)
            errors.Add(row.Error(column, $"最多 {longest} 个字", $"must have at most {longest} characters"));
        return row[column];
    }

    private static long? Number(SheetRecord row, string column, List<SheetError> errors)
    {
        var number = row.Integer(column, errors);
        if (number is < 0 or > MostNumber)
            errors.Add(row.Error(column, $"须为 0 至 {MostNumber}", $"must be 0 to {MostNumber}"));
        return number;
    }
}
