using Qudao.Platform;

namespace Qudao.ServiceTicket.Calendars;

/// <summary>
/// The working time of an organisation through the years: one calendar after the other, each from a day on. A span is
/// counted by the calendar of each of its days. Immutable.
/// </summary>
public sealed class Timetable
{
    private readonly Segment[] _segments;

    /// <param name="first">What holds until the first of the others does.</param>
    /// <param name="later">What holds from a day on, in the order of the days.</param>
    public Timetable(WorkingCalendar first, IEnumerable<(DateOnly From, WorkingCalendar Calendar)> later) =>
        _segments = [new(long.MinValue, first), .. later.Select(one => new Segment(ChinaTime.StartOfDay(one.From).Micros(), one.Calendar))];

    /// <summary>24 × 7.</summary>
    public static Timetable AlwaysOpen { get; } = WorkingCalendar.AlwaysOpen;

    /// <summary>The usual windows and the public holidays, always.</summary>
    public static Timetable Default { get; } = WorkingCalendar.Default;

    /// <summary>One calendar for all times.</summary>
    public static implicit operator Timetable(WorkingCalendar calendar) => new(calendar, []);

    /// <summary>Working microseconds between two instants; 0 when the second is not later.</summary>
    public long Between(long fromUs, long untilUs)
    {
        var sum = 0L;
        for (var i = 0; i < _segments.Length; i++)
        {
            var (from, until) = (Math.Max(fromUs, _segments[i].FromUs), Math.Min(untilUs, EndOf(i)));
            if (from < until)
                sum += Worked(_segments[i].Calendar, from, until);
        }
        return sum;
    }

    /// <summary>The earliest instant by which so many working microseconds have passed since another.</summary>
    public long Add(long fromUs, long spanUs)
    {
        if (spanUs == 0)
            return fromUs;
        var i = Array.FindLastIndex(_segments, segment => segment.FromUs <= fromUs);
        for (; i < _segments.Length - 1; i++)
        {
            var today = Worked(_segments[i].Calendar, fromUs, EndOf(i));
            if (today >= spanUs)
                break;
            spanUs -= today;
            fromUs = EndOf(i);
        }
        return _segments[i].Calendar.AddWorkingTime(Clock.FromMicros(fromUs), TimeSpan.FromMicroseconds(spanUs)).Micros();
    }

    /// <summary>The n-th working day after a day.</summary>
    public DateOnly AddWorkingDays(DateOnly day, int n)
    {
        while (n > 0)
        {
            day = day.AddDays(1);
            var start = ChinaTime.StartOfDay(day).Micros();
            if (Array.FindLast(_segments, segment => segment.FromUs <= start)!.Calendar.IsWorkingDay(day))
                n--;
        }
        return day;
    }

    private long EndOf(int i) => i + 1 < _segments.Length ? _segments[i + 1].FromUs : long.MaxValue;

    private static long Worked(WorkingCalendar calendar, long fromUs, long untilUs) =>
        calendar.WorkingTimeBetween(Clock.FromMicros(fromUs), Clock.FromMicros(untilUs)).Ticks / TimeSpan.TicksPerMicrosecond;

    private sealed record Segment(long FromUs, WorkingCalendar Calendar);
}
