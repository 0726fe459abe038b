using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Lecturers;

namespace Qudao.Training.Sessions;

/// <summary>A lecturer to propose: who has no windows of his own works the working hours of working days.</summary>
public sealed record Candidate(string Id, string Name, IReadOnlyList<Window> Windows);

/// <summary>A room to propose.</summary>
public sealed record RoomCandidate(string Id, string Name);

/// <summary>A free time.</summary>
public sealed record FreeSlot(Candidate Lecturer, RoomCandidate? Room, DateTimeOffset Start, DateTimeOffset End);

/// <summary>Finds free times nearest to a wish: on quarter hours, where lecturer, room and whoever else must be there are free.</summary>
/// <param name="calendar">The working hours of who has none of his own.</param>
/// <param name="busy">What is taken.</param>
/// <param name="now">Nothing before it.</param>
/// <param name="others">Whoever else must be there, as in what is taken.</param>
public sealed class SlotFinder(WorkingCalendar calendar, IEnumerable<BusyRow> busy, DateTimeOffset now, IReadOnlyList<string> others)
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(LecturerRules.Quarter);

    private readonly ILookup<string, BusyRow> taken = busy.ToLookup(row => row.ResourceKey);

    /// <param name="rooms">The rooms that fit, the best first; null when none is needed.</param>
    public IReadOnlyList<FreeSlot> Find(
        IReadOnlyList<Candidate> lecturers, IReadOnlyList<RoomCandidate>? rooms, DateTimeOffset wish, TimeSpan length, int days, int count)
    {
        var found = new List<FreeSlot>();
        var day = ChinaTime.DateOf(wish);
        var starts =
            from offset in Enumerable.Range(-days, 2 * days + 1)
            let date = day.AddDays(offset)
            from lecturer in lecturers
            from start in Starts(lecturer, date, length)
            where start >= now
            group lecturer by start into at
            orderby (at.Key - wish).Duration(), at.Key
            select at;
        foreach (var at in starts)
        {
            if (found.Count == count)
                break;
            if (FreeAt(at, rooms, at.Key, at.Key + length) is { } slot)
                found.Add(slot);
        }
        return found;
    }

    private FreeSlot? FreeAt(IEnumerable<Candidate> lecturers, IReadOnlyList<RoomCandidate>? rooms, DateTimeOffset start, DateTimeOffset end)
    {
        if (others.Any(key => !IsFree(key, start, end)))
            return null;
        var lecturer = lecturers.FirstOrDefault(l => IsFree($"staff/{l.Id}", start, end));
        var room = rooms?.FirstOrDefault(r => IsFree($"room/{r.Id}", start, end));
        return lecturer is null || (rooms is not null && room is null) ? null : new FreeSlot(lecturer, room, start, end);
    }

    private bool IsFree(string key, DateTimeOffset start, DateTimeOffset end) =>
        !taken[key].Any(row => row.StartUs < end.Micros() && start.Micros() < row.EndUs);

    /// <summary>Quarter hours of a day from which the length fits: into one window; over the noon break only what is longer than any window.</summary>
    private IEnumerable<DateTimeOffset> Starts(Candidate lecturer, DateOnly date, TimeSpan length)
    {
        var windows = WindowsOf(lecturer, date);
        if (windows.Count == 0)
            yield break;
        if (windows.All(w => w.End - w.Start < length))
            windows = [(windows.Min(w => w.Start), windows.Max(w => w.End))];
        foreach (var (from, until) in windows)
            for (var at = from; at + length <= until; at += Quarter)
                yield return ChinaTime.StartOfDay(date) + at;
    }

    private IReadOnlyList<(TimeSpan Start, TimeSpan End)> WindowsOf(Candidate lecturer, DateOnly date)
    {
        if (lecturer.Windows.Count == 0)
            return calendar.IsWorkingDay(date) ? [.. calendar.Windows.Select(w => (w.Start, w.End))] : [];
        var weekday = date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek;
        return [.. lecturer.Windows.Where(w => w.Weekday == weekday).Select(w => (TimeSpan.FromMinutes(w.Start), TimeSpan.FromMinutes(w.End)))];
    }
}
