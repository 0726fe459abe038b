using System.Globalization;
using System.Text.RegularExpressions;
using Qudao.Platform;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Forms;

/// <summary>What may be asked for.</summary>
public static partial class FormRules
{
    /// <summary>A month, quarter or year; null for anything else.</summary>
    public static Period? PeriodOf(string label)
    {
        if (Label().Match(label) is not { Success: true } match || ServiceRules.Day($"{match.Groups["year"].Value}-01-01") is not { } year)
            return null;
        if (match.Groups["quarter"].Value is { Length: > 0 } quarter)
            return new Period(Recurrences.Quarterly, year.AddMonths(3 * (int.Parse(quarter, CultureInfo.InvariantCulture) - 1)));
        return match.Groups["month"].Value is { Length: > 0 } month
            ? new Period(Recurrences.Monthly, year.AddMonths(int.Parse(month, CultureInfo.InvariantCulture) - 1))
            : new Period(Recurrences.Yearly, year);
    }

    /// <summary>The months of a period that have begun.</summary>
    public static IEnumerable<DateOnly> Months(Period period, DateOnly today)
    {
        for (var month = period.Start; month <= period.End && month <= today; month = month.AddMonths(1))
            yield return month;
    }

    public static IEnumerable<Violation> Set(string period, DateOnly today)
    {
        if (PeriodOf(period) is not { } asked)
            yield return new("period", "须为月份、季度或年份，如 2026-11、2026-Q4、2026", "must be a month, quarter or year such as 2026-11, 2026-Q4 or 2026", "BAD_FORMAT");
        else if (asked.Start > today)
            yield return NotBegun("period");
    }

    public static IEnumerable<Violation> Report(string month, DateOnly today)
    {
        if (ServiceRules.Day($"{month}-01") > today)
            yield return NotBegun("month");
    }

    public static void RequireWhole(Caller caller)
    {
        if (caller.Scope.Assignee is not null)
            throw new Refusal(Grpc.Core.StatusCode.PermissionDenied, "WHOLE_ORGANISATION_ONLY", "月报汇总整个机构的数据，仅限可查看整个机构的人员。", "The report is of all of the organisation; for who sees all of it.");
    }

    private static Violation NotBegun(string field) => new(field, "还没有到这个期间。", "has not begun yet", "OUT_OF_RANGE");

    [GeneratedRegex(@"^(?<year>(19|20)\d\d)(-Q(?<quarter>[1-4])|-(?<month>0[1-9]|1[0-2]))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
