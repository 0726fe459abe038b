using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Calendars;

/// <summary>
/// A calendar was changed, or a ticket went under another one: what is due is worked out anew, before anything else is done
/// to the ticket, and its timeline says why. What was missed stays missed, and a clock that has stopped keeps its minutes.
/// </summary>
public static class Recount
{
    private const int Batch = 100;

    /// <summary>Loads the calendar a ticket is counted by; counts anew when it is not the one of last time.</summary>
    /// <returns>Whether anything that is due has moved.</returns>
    public static async Task<bool> BindAsync(Tx tx, TicketRow row)
    {
        var calendar = await LoadAsync(tx, row);
        if (row.CalendarKey == calendar.Key)
            return false;
        var (before, known) = ((row.FirstResponseDueUs, row.ResolutionDueUs, row.NextEscalationUs), row.CalendarKey);
        row.CalendarKey = calendar.Key;
        Sla.SetDue(row, await TicketStore.PausesAsync(tx, row.Id));
        if (before == (row.FirstResponseDueUs, row.ResolutionDueUs, row.NextEscalationUs))
            return false;
        var text = known.StartsWith($"{calendar.Id}@", StringComparison.Ordinal) || calendar.Reason.Length > 0 ? $"工作日历已调整：{calendar.Reason}" : "适用的工作日历已变更";
        await TicketLedger.SaveAsync(tx, Caller.System, row, new EntryRow { Type = Words.Of(TicketEntryType.CalendarChanged), Text = text, Internal = true }, new
        {
            row.Number,
            calendar.Reason,
            Calendar = new { From = known, To = calendar.Key },
            Before = new { FirstResponseDueUs = before.Item1, ResolutionDueUs = before.Item2, NextEscalationUs = before.Item3 },
            After = new { row.FirstResponseDueUs, row.ResolutionDueUs, row.NextEscalationUs },
        });
        return true;
    }

    /// <summary>Loads the calendar a new ticket, or one of a new policy, is counted by.</summary>
    public static async Task BindNewAsync(Tx tx, TicketRow row) => row.CalendarKey = (await LoadAsync(tx, row)).Key;

    /// <summary>The sweep: goes through the tickets of a changed calendar, some at a time; each batch moves the mark, so that a restart goes on there.</summary>
    public static async Task<int> SweepAsync(Db db)
    {
        if (await db.ReadAsync(CalendarStore.RecountAsync) is not { } recount)
            return 0;
        try
        {
            await db.WriteAsync(async tx =>
            {
                if (await CalendarStore.GetAsync(tx, recount.CalendarId, Caller.System.Scope) is not { } calendar
                    || await TicketStore.RunningBelowAsync(tx, new Scope(calendar.ScopePath, null), recount.AfterId, Batch) is not { Count: > 0 } rows)
                {
                    await CalendarStore.EndAsync(tx, recount);
                    return;
                }
                foreach (var row in rows)
                    await BindAsync(tx, row);
                await CalendarStore.MoveAsync(tx, recount, rows[^1].Id);
            });
        }
        catch (Refusal refusal) when (refusal.Code == Grpc.Core.StatusCode.Aborted)
        {
            return 0; // Somebody has just changed one of the tickets; the batch is tried again.
        }
        return 1;
    }

    private static async Task<CalendarRow> LoadAsync(Session session, TicketRow row)
    {
        if (Words.Parse<SlaCalendar>(row.Calendar) == SlaCalendar.Always)
        {
            row.Timetable = Timetable.AlwaysOpen;
            return new CalendarRow { Id = "always" };
        }
        var calendar = await CalendarStore.AboveAsync(session, row.ScopePath);
        row.Timetable = CalendarStore.TimetableOf(calendar);
        return calendar;
    }
}
