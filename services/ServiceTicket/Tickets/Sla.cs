using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>A span, in microseconds, during which a ticket waited for its client, or was settled; its minutes do not count.</summary>
public readonly record struct Pause(long FromUs, long UntilUs);

/// <summary>
/// The arithmetic of a ticket's two clocks and of its escalation timer. Pure: times go in and out as microseconds. A
/// time is missed once it has passed; exactly at it is still in time.
/// </summary>
public static class Sla
{
    /// <summary>The due time of a ticket without a running clock, so that it sorts last: the end of the year 9999.</summary>
    public const long Never = 253_402_300_799_999_999;

    private const long MicrosPerMinute = 60_000_000;

    /// <summary>The earliest instant by which that many minutes of the calendar have passed since opening, pauses not counted.</summary>
    /// <param name="pauses">In order, not overlapping, none before the opening.</param>
    public static long Due(Timetable calendar, long openedUs, long minutes, IEnumerable<Pause> pauses)
    {
        var left = minutes * MicrosPerMinute;
        var from = openedUs;
        foreach (var pause in pauses)
        {
            var running = calendar.Between(from, pause.FromUs);
            if (left <= running)
                break;
            left -= running;
            from = pause.UntilUs;
        }
        return calendar.Add(from, left);
    }

    /// <summary>Whole minutes of the calendar from opening to an instant after all the pauses, pauses not counted.</summary>
    public static long Minutes(Timetable calendar, long openedUs, long untilUs, IEnumerable<Pause> pauses) =>
        (calendar.Between(openedUs, untilUs) - pauses.Sum(pause => calendar.Between(pause.FromUs, pause.UntilUs))) / MicrosPerMinute;

    /// <summary>Minutes the current step has taken by now.</summary>
    public static long StepMinutes(TicketRow row, IReadOnlyList<Pause> pauses, long now) =>
        row.StepSinceUs is { } since ? Minutes(row.Timetable, since, now, Since(pauses, since)) : 0;

    /// <summary>
    /// Works out both due times from the ticket's limits, and when the escalation timer ends; a clock that has stopped keeps its
    /// own. The result is due so long after the current round began.
    /// </summary>
    public static void SetDue(TicketRow row, IReadOnlyList<Pause> pauses)
    {
        if (row.FirstResponseUs is null)
            row.FirstResponseDueUs = row.FirstResponseLimit is { } first ? Due(row.Timetable, row.OpenedUs, first, pauses) : null;
        if (row.ResolvedUs is null)
            row.ResolutionDueUs = row.ResolutionLimit is { } limit ? Due(row.Timetable, row.RoundFromUs, limit, Since(pauses, row.RoundFromUs)) : null;
        if (row is { NextEscalationUs: not null, TimerFromUs: { } from, TimerMinutes: { } minutes })
            row.NextEscalationUs = Due(row.Timetable, from, minutes, Since(pauses, from));
    }

    /// <summary>The pause that ends now moves what is due and the escalation timer by the calendar's time that was paused.</summary>
    /// <param name="pauses">All of them, this one last.</param>
    public static void Resume(TicketRow row, IReadOnlyList<Pause> pauses)
    {
        SetDue(row, pauses);
        row.WaitingSinceUs = null;
    }

    /// <summary>
    /// A new round begins: the result has its whole time again, and the chain begins anew. What was said of the round before
    /// is kept elsewhere; the time it was settled counts as a pause.
    /// </summary>
    /// <param name="pauses">All of them, the settled time last.</param>
    public static void Reopen(TicketRow row, IReadOnlyList<Pause> pauses, long now)
    {
        row.EarlierBreached |= row.ResolutionBreached;
        (row.ResolutionBreached, row.ResolvedUs, row.ClosedUs, row.ResolutionMinutes) = (false, null, null, null);
        (row.EscalationLevel, row.NextEscalationUs) = (0, null);
        (row.Round, row.RoundFromUs) = (row.Round + 1, now);
        SetDue(row, pauses);
    }

    /// <summary>Stops the first clock.</summary>
    public static void Respond(TicketRow row, IReadOnlyList<Pause> pauses, long now)
    {
        row.FirstResponseUs = now;
        row.FirstResponseMinutes = Minutes(row.Timetable, row.OpenedUs, now, pauses);
        // A result that is overdue still has to be escalated.
        if (!row.ResolutionBreached)
            row.NextEscalationUs = null;
    }

    /// <summary>Stops the second clock, and the first if nobody had responded: the result is a response too.</summary>
    public static void Resolve(TicketRow row, IReadOnlyList<Pause> pauses, long now)
    {
        if (row.FirstResponseUs is null)
            Respond(row, pauses, now);
        row.ResolvedUs = now;
        row.ResolutionMinutes = Minutes(row.Timetable, row.OpenedUs, now, pauses);
        row.NextEscalationUs = null;
    }

    /// <summary>Takes the ticket to the next level and starts the timer of the one after.</summary>
    /// <returns>What the timeline tells; null when the chain ends here.</returns>
    public static EntryRow? Escalate(TicketRow row, IReadOnlyList<Step> chain, long now)
    {
        row.NextEscalationUs = null;
        if (row.EscalationLevel >= chain.Count)
            return null;
        var role = chain[row.EscalationLevel].Role;
        row.EscalationLevel++;
        // Only a missed time makes it go on: a major complaint that is told at once stays with the first level till then.
        if (IsOverdue(row))
            StartTimer(row, chain, now);
        return new EntryRow { Type = Words.Of(TicketEntryType.Escalated), Internal = true, Level = row.EscalationLevel, Role = role };
    }

    /// <summary>
    /// What the clock has brought about by now, one thing at a time: a missed time, or the next level. A timer counts from
    /// when the level before was told, so that after a standstill of the service every level still has its time.
    /// </summary>
    /// <returns>What the timeline tells, the row changed accordingly; null when nothing (more) is due.</returns>
    public static EntryRow? Lapse(TicketRow row, IReadOnlyList<Step> chain, long now)
    {
        if (!IsRunning(row))
            return null;
        if (FirstResponseToMiss(row) < now)
        {
            row.FirstResponseBreached = true;
            StartTimer(row, chain, now);
            return new EntryRow { Type = Words.Of(TicketEntryType.FirstResponseBreached), Internal = true };
        }
        if (ResolutionToMiss(row) < now)
        {
            row.ResolutionBreached = true;
            StartTimer(row, chain, now);
            return new EntryRow { Type = Words.Of(TicketEntryType.ResolutionBreached), Internal = true };
        }
        return row.NextEscalationUs <= now ? Escalate(row, chain, now) : null;
    }

    /// <summary>When the clock will next bring something about; null while nothing runs.</summary>
    public static long? Wake(TicketRow row) =>
        IsRunning(row) ? Earliest(FirstResponseToMiss(row) + 1, ResolutionToMiss(row) + 1, row.NextEscalationUs) : null;

    /// <summary>By what the ticket is sorted: the time that is to be kept next, or was missed and is still owed.</summary>
    public static long NextDue(TicketRow row) =>
        !IsRunning(row) ? Never : Earliest(row.FirstResponseUs is null ? row.FirstResponseDueUs : null, row.ResolutionDueUs) ?? Never;

    private static bool IsRunning(TicketRow row) => Words.Parse<TicketState>(row.State) is TicketState.Open or TicketState.InProgress;

    private static bool IsOverdue(TicketRow row) => (row.FirstResponseBreached && row.FirstResponseUs is null) || row.ResolutionBreached;

    private static long? FirstResponseToMiss(TicketRow row) => row.FirstResponseUs is null && !row.FirstResponseBreached ? row.FirstResponseDueUs : null;

    private static long? ResolutionToMiss(TicketRow row) => row.ResolutionBreached ? null : row.ResolutionDueUs;

    private static void StartTimer(TicketRow row, IReadOnlyList<Step> chain, long now)
    {
        if (row.NextEscalationUs is not null || row.EscalationLevel >= chain.Count)
            return;
        (row.TimerFromUs, row.TimerMinutes) = (now, chain[row.EscalationLevel].AfterMinutes);
        row.NextEscalationUs = Due(row.Timetable, now, row.TimerMinutes.Value, []);
    }

    private static IEnumerable<Pause> Since(IReadOnlyList<Pause> pauses, long us) => pauses.Where(pause => pause.FromUs >= us);

    private static long? Earliest(params ReadOnlySpan<long?> times)
    {
        long? earliest = null;
        foreach (var time in times)
            earliest = time is { } t && (earliest is null || t < earliest) ? t : earliest;
        return earliest;
    }
}
