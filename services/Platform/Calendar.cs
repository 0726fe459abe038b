using System.Globalization;

namespace Qudao.Platform;

/// <summary>A span of the working day, as times since midnight; 00:00–24:00 is the whole day. A night shift is two windows.</summary>
public readonly record struct WorkingWindow(TimeSpan Start, TimeSpan End)
{
    /// <summary>Parses "08:30-12:00" (also with an en dash); the end may be 24:00.</summary>
    /// <exception cref="FormatException">The text is not two times of day.</exception>
    public static WorkingWindow Parse(string text)
    {
        var parts = text.Split('-', '–');
        return parts is [var start, var end]
            ? new(Time(start), Time(end))
            : throw new FormatException($"“{text}” is not a window such as 08:30-12:00");

        TimeSpan Time(string part) => part.Trim() == "24:00" ? TimeSpan.FromDays(1)
            : TimeOnly.TryParseExact(part.Trim(), ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
            : throw new FormatException($"“{text}” is not a window such as 08:30-12:00");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Text(Start)}-{Text(End)}";

    private static string Text(TimeSpan time) => $"{(int)time.TotalHours:00}:{time.Minutes:00}";
}

/// <summary>A day that differs from its weekday: a holiday 节假日 (<paramref name="Working"/> false) or a make-up day 调休 (true).</summary>
public sealed record CalendarDay(DateOnly Date, bool Working, string Name)
{
    /// <summary>What is worked that day, a shorter Saturday for example; the usual windows when there are none here.</summary>
    public IReadOnlyList<WorkingWindow> Windows { get; init; } = [];
}

/// <summary>What a date that is not a working day moves to.</summary>
public enum WorkingDayShift
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>The next working day 顺延.</summary>
    Next,

    /// <summary>The working day before 提前.</summary>
    Previous,
}

/// <summary>One thing wrong with a calendar's data.</summary>
/// <param name="Field"><c>windows[i]</c>, <c>weekend</c>, <c>days[i]</c>, <c>days[i].windows</c> or <c>days[i].windows[j]</c>.</param>
/// <param name="Zh">What is wrong, in Chinese.</param>
/// <param name="En">What is wrong, in English.</param>
public sealed record CalendarProblem(string Field, string Zh, string En);

/// <summary>
/// Working calendar 工作日历: daily windows, weekend, holidays and make-up days, in the time of Asia/Shanghai. Immutable.
/// Spans count only time inside the windows of working days.
/// </summary>
public sealed class WorkingCalendar
{
    private static readonly DateOnly FirstDay = new(1992, 1, 1), LastDay = new(2199, 12, 31);

    private readonly WorkingWindow[] _windows;
    private readonly bool[] _weekend = new bool[7];
    private readonly bool?[] _exceptions; // from _firstException on, by day number
    private readonly int _firstException;
    private readonly Dictionary<int, WorkingWindow[]> _ownWindows; // by day number
    private readonly HashSet<int> _years;
    private readonly long _dayTicks;

    /// <summary>08:30–12:00 and 13:30–17:30, Saturday and Sunday off.</summary>
    public static IReadOnlyList<WorkingWindow> UsualWindows { get; } = [WorkingWindow.Parse("08:30-12:00"), WorkingWindow.Parse("13:30-17:30")];

    /// <summary>The days of the State Council's notices that this build carries.</summary>
    public static IReadOnlyList<CalendarDay> PublicHolidays { get; } = ReadHolidays();

    /// <summary>Usual windows, the weekend and the public holidays.</summary>
    public static WorkingCalendar Default { get; } = new(UsualWindows, [DayOfWeek.Saturday, DayOfWeek.Sunday], PublicHolidays);

    /// <summary>24 × 7: every instant is working time.</summary>
    public static WorkingCalendar AlwaysOpen { get; } = new([new(TimeSpan.Zero, TimeSpan.FromDays(1))], [], []);

    /// <exception cref="ArgumentException"><see cref="Problems"/> finds any; the message names all.</exception>
    public WorkingCalendar(IEnumerable<WorkingWindow> windows, IEnumerable<DayOfWeek> weekend, IEnumerable<CalendarDay> days)
    {
        Windows = [.. windows.OrderBy(w => w.Start)];
        Weekend = [.. weekend.Distinct()];
        Days = [.. days.OrderBy(d => d.Date)];
        var problems = Problems(Windows, Weekend, Days);
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems.Select(p => $"{p.Field}: {p.En}")));

        _windows = [.. Windows];
        _dayTicks = _windows.Sum(w => (w.End - w.Start).Ticks);
        foreach (var day in Weekend)
            _weekend[(int)day] = true;
        _firstException = Days.Count == 0 ? 0 : Days[0].Date.DayNumber;
        _exceptions = new bool?[Days.Count == 0 ? 0 : Days[^1].Date.DayNumber - _firstException + 1];
        foreach (var day in Days)
            _exceptions[day.Date.DayNumber - _firstException] = day.Working;
        _ownWindows = Days.Where(day => day.Windows.Count > 0).ToDictionary(day => day.Date.DayNumber, day => day.Windows.OrderBy(window => window.Start).ToArray());
        // A New Year holiday may begin on 30 December; that does not make the old year's notice known.
        _years = [.. Days.Where(d => d.Date.Month < 12).Select(d => d.Date.Year)];
    }

    /// <summary>The daily windows in order.</summary>
    public IReadOnlyList<WorkingWindow> Windows { get; }

    /// <summary>The days of the week that are off.</summary>
    public IReadOnlyList<DayOfWeek> Weekend { get; }

    /// <summary>Holidays and make-up days, by date.</summary>
    public IReadOnlyList<CalendarDay> Days { get; }

    /// <summary>Working time in one usual working day.</summary>
    public TimeSpan WorkingDayLength => new(_dayTicks);

    /// <summary>Everything that forbids a calendar of this data; empty if it is sound.</summary>
    public static IReadOnlyList<CalendarProblem> Problems(
        IReadOnlyList<WorkingWindow> windows, IReadOnlyList<DayOfWeek> weekend, IReadOnlyList<CalendarDay> days)
    {
        var problems = new List<CalendarProblem>();
        if (windows.Count == 0)
            problems.Add(TooFewOrMany("windows"));
        problems.AddRange(WindowProblems("windows", windows));
        if (weekend.Distinct().Count() == 7)
            problems.Add(new("weekend", "一周至少要有一个工作日", "at least one day of the week must be worked"));
        var seen = new HashSet<DateOnly>();
        for (var i = 0; i < days.Count; i++)
        {
            if (days[i].Date < FirstDay || days[i].Date > LastDay)
                problems.Add(new($"days[{i}]", $"{days[i].Date:yyyy-MM-dd} 超出 1992 至 2199 年", $"{days[i].Date:yyyy-MM-dd} is outside 1992 to 2199"));
            if (!seen.Add(days[i].Date))
                problems.Add(new($"days[{i}]", $"{days[i].Date:yyyy-MM-dd} 重复", $"{days[i].Date:yyyy-MM-dd} is given twice"));
            if (!days[i].Working && days[i].Windows.Count > 0)
                problems.Add(new($"days[{i}].windows", "休息日没有工作时段", "a day off has no windows"));
            problems.AddRange(WindowProblems($"days[{i}].windows", days[i].Windows));
        }
        return problems;
    }

    private static CalendarProblem TooFewOrMany(string field) => new(field, "每日工作时段应为 1 至 24 段", "there must be 1 to 24 windows a day");

    private static IEnumerable<CalendarProblem> WindowProblems(string field, IReadOnlyList<WorkingWindow> windows)
    {
        if (windows.Count > 24)
            yield return TooFewOrMany(field);
        foreach (var (i, window) in windows.Index())
            if (window.Start < TimeSpan.Zero || window.End > TimeSpan.FromDays(1) || window.Start >= window.End)
                yield return new($"{field}[{i}]", $"{window} 不是一天之内先后有序的时段", $"{window} must start before it ends, within one day");
            else if (windows.Take(i).Any(w => w.Start < window.End && window.Start < w.End))
                yield return new($"{field}[{i}]", $"{window} 与前面的时段重叠", $"{window} overlaps one before it");
    }

    /// <summary>Whether this year's holidays are known; if not, only its weekends are off.</summary>
    public bool HasDataFor(int year) => _years.Contains(year);

    /// <summary>Whether people work on this day.</summary>
    public bool IsWorkingDay(DateOnly day) => Works(day.DayNumber);

    /// <summary>The first working day after this one.</summary>
    public DateOnly NextWorkingDay(DateOnly day) => WorkingDayOnOrAfter(day.AddDays(1));

    /// <summary>The last working day before this one.</summary>
    public DateOnly PreviousWorkingDay(DateOnly day) => WorkingDayOnOrBefore(day.AddDays(-1));

    /// <summary>This day if it is worked, else the next that is.</summary>
    public DateOnly WorkingDayOnOrAfter(DateOnly day)
    {
        while (!IsWorkingDay(day))
            day = day.AddDays(1);
        return day;
    }

    /// <summary>This day if it is worked, else the last before it that is.</summary>
    public DateOnly WorkingDayOnOrBefore(DateOnly day)
    {
        while (!IsWorkingDay(day))
            day = day.AddDays(-1);
        return day;
    }

    /// <summary>Moves a day off as the rule says; a working day stays.</summary>
    public DateOnly Shift(DateOnly day, WorkingDayShift shift) => shift switch
    {
        WorkingDayShift.Next => WorkingDayOnOrAfter(day),
        WorkingDayShift.Previous => WorkingDayOnOrBefore(day),
        _ => day,
    };

    /// <summary>The n-th working day after (n &gt; 0) or before (n &lt; 0) this day; the day itself for 0.</summary>
    public DateOnly AddWorkingDays(DateOnly day, int n)
    {
        for (; n > 0; n--)
            day = NextWorkingDay(day);
        for (; n < 0; n++)
            day = PreviousWorkingDay(day);
        return day;
    }

    /// <summary>Working days from <paramref name="from"/> up to, not including, <paramref name="until"/>; 0 if it is not later.</summary>
    public int WorkingDaysBetween(DateOnly from, DateOnly until)
    {
        var count = 0;
        for (var day = from.DayNumber; day < until.DayNumber; day++)
            if (Works(day))
                count++;
        return count;
    }

    /// <summary>
    /// The earliest instant by which this much working time has passed since <paramref name="start"/>: half a day from
    /// 08:30 is 12:00, not 13:30, and no time from anywhere is there itself. A negative span goes back to the latest
    /// instant from which it passes until <paramref name="start"/>. The result is at +08:00.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The result lies outside the years 1 to 9999.</exception>
    public DateTimeOffset AddWorkingTime(DateTimeOffset start, TimeSpan span)
    {
        var local = ChinaTime.Ticks(start);
        return ChinaTime.FromTicks(span.Ticks < 0 ? Back(local, -span.Ticks) : Forward(local, span.Ticks));
    }

    /// <summary>Working time from <paramref name="from"/> to <paramref name="until"/>; negative if that is earlier.</summary>
    public TimeSpan WorkingTimeBetween(DateTimeOffset from, DateTimeOffset until)
    {
        if (until < from)
            return -WorkingTimeBetween(until, from);
        var (start, end) = (ChinaTime.Ticks(from), ChinaTime.Ticks(until));
        var (firstDay, lastDay) = (Day(start), Day(end));
        if (firstDay == lastDay)
            return new(Worked(firstDay, TimeOfDay(start), TimeOfDay(end)));

        var sum = Worked(firstDay, TimeOfDay(start), TimeSpan.TicksPerDay) + Worked(lastDay, 0, TimeOfDay(end));
        for (var day = firstDay + 1; day < lastDay; day++)
            if (Works(day))
                sum += _ownWindows.Count == 0 ? _dayTicks : Worked(day, 0, TimeSpan.TicksPerDay);
        return new(sum);
    }

    private long Forward(long local, long left)
    {
        if (left == 0)
            return local;
        var (day, from) = (Day(local), TimeOfDay(local));
        for (; ; day++, from = 0)
        {
            var today = Worked(day, from, TimeSpan.TicksPerDay);
            if (today < left)
            {
                left -= today;
                continue;
            }
            foreach (var window in WindowsOf(day))
            {
                var start = Math.Max(window.Start.Ticks, from);
                var length = window.End.Ticks - start;
                if (length <= 0)
                    continue;
                if (length >= left)
                    return day * TimeSpan.TicksPerDay + start + left;
                left -= length;
            }
        }
    }

    private long Back(long local, long left)
    {
        var (day, until) = (Day(local), TimeOfDay(local));
        for (; ; day--, until = TimeSpan.TicksPerDay)
        {
            var today = Worked(day, 0, until);
            if (today < left)
            {
                left -= today;
                continue;
            }
            var windows = WindowsOf(day);
            for (var i = windows.Length - 1; ; i--)
            {
                var end = Math.Min(windows[i].End.Ticks, until);
                var length = end - windows[i].Start.Ticks;
                if (length <= 0)
                    continue;
                if (length >= left)
                    return day * TimeSpan.TicksPerDay + end - left;
                left -= length;
            }
        }
    }

    // Working ticks of a day between two times of that day.
    private long Worked(int day, long from, long until)
    {
        if (!Works(day))
            return 0;
        var sum = 0L;
        foreach (var window in WindowsOf(day))
            sum += Math.Max(0, Math.Min(window.End.Ticks, until) - Math.Max(window.Start.Ticks, from));
        return sum;
    }

    private WorkingWindow[] WindowsOf(int day) => _ownWindows.GetValueOrDefault(day) ?? _windows;

    private bool Works(int day)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)day, (uint)DateOnly.MaxValue.DayNumber, nameof(day));
        var exception = (uint)(day - _firstException);
        return (exception < (uint)_exceptions.Length ? _exceptions[exception] : null)
            ?? !_weekend[(day + 1) % 7]; // day number 0, 0001-01-01, was a Monday
    }

    private static int Day(long local) => (int)(local / TimeSpan.TicksPerDay);

    private static long TimeOfDay(long local) => local % TimeSpan.TicksPerDay;

    private static List<CalendarDay> ReadHolidays()
    {
        using var reader = new StreamReader(typeof(WorkingCalendar).Assembly.GetManifestResourceStream("holidays-cn.csv")!);
        reader.ReadLine(); // the header
        var days = new List<CalendarDay>();
        while (reader.ReadLine()?.Split(',') is [var date, var kind, var name])
            days.Add(new(DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture), kind == "work", name));
        return days;
    }
}

/// <summary>
/// Dates and instants in the time of Asia/Shanghai, which has been UTC+8 without summer time since 1992; so no time zone
/// database is needed, and instants before 1992 may be an hour off.
/// </summary>
public static class ChinaTime
{
    /// <summary>+08:00.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>Today's date.</summary>
    public static DateOnly Today(TimeProvider clock) => DateOf(clock.GetUtcNow());

    /// <summary>The date of an instant.</summary>
    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Offset).DateTime);

    /// <summary>The instant of a date and time of day.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time) => new(day.ToDateTime(time), Offset);

    /// <summary>The day's first instant.</summary>
    public static DateTimeOffset StartOfDay(DateOnly day) => At(day, TimeOnly.MinValue);

    /// <summary>The first instant after the day: something is within the day while it is before this.</summary>
    public static DateTimeOffset EndOfDay(DateOnly day) => StartOfDay(day).AddDays(1);

    /// <summary>The week's Monday.</summary>
    public static DateOnly StartOfWeek(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    /// <summary>The week's Sunday.</summary>
    public static DateOnly EndOfWeek(DateOnly day) => StartOfWeek(day).AddDays(6);

    /// <summary>The ISO 8601 week: its number belongs to the year of its Thursday.</summary>
    public static (int Year, int Week) WeekOf(DateOnly day)
    {
        var noon = day.ToDateTime(TimeOnly.MinValue);
        return (ISOWeek.GetYear(noon), ISOWeek.GetWeekOfYear(noon));
    }

    /// <summary>The Monday of an ISO 8601 week.</summary>
    public static DateOnly StartOfWeek(int year, int week) => DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday));

    /// <summary>The month's first day.</summary>
    public static DateOnly StartOfMonth(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>The month's last day.</summary>
    public static DateOnly EndOfMonth(DateOnly day) => DayOfMonth(day, 31);

    /// <summary>The n-th day of a date's month, or its last where the month is shorter.</summary>
    public static DateOnly DayOfMonth(DateOnly month, int n) =>
        new(month.Year, month.Month, Math.Clamp(n, 1, DateTime.DaysInMonth(month.Year, month.Month)));

    /// <summary>The first day of the quarter.</summary>
    public static DateOnly StartOfQuarter(DateOnly day) => new(day.Year, (day.Month - 1) / 3 * 3 + 1, 1);

    /// <summary>The last day of the quarter.</summary>
    public static DateOnly EndOfQuarter(DateOnly day) => EndOfMonth(StartOfQuarter(day).AddMonths(2));

    internal static long Ticks(DateTimeOffset instant) => instant.UtcTicks + Offset.Ticks;

    internal static DateTimeOffset FromTicks(long local) => new(local, Offset);
}
