using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>
/// Reminders follow the visits: a report promises one, a visit planned or reported for its day or later does it, and one
/// that is called off or missed opens it again.
/// </summary>
public static class VisitReminders
{
    public const string Open = "open";
    public const string Done = "done";
    public const string Dismissed = "dismissed";

    private const int StepItems = 100;

    /// <summary>The report named a day for the next visit.</summary>
    public static async Task PromiseAsync(Tx tx, VisitRow visit, PartnerRow partner, Caller caller)
    {
        if (visit.NextVisitDate is not { } day)
            return;
        var covering = await VisitReminderStore.CoveringAsync(tx, partner.Id, day, visit.Id);
        var row = new VisitReminderRow
        {
            Id = tx.NewId(),
            VisitId = visit.Id,
            PartnerId = partner.Id,
            PartnerName = partner.Name,
            State = covering is null ? Open : Done,
            DueDate = day,
            RemindUs = ChinaTime.StartOfDay(day).Micros(),
            DoneBy = covering ?? "",
            ScopePath = partner.ScopePath,
            AssigneeId = partner.AssigneeId ?? visit.AssigneeId,
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        await VisitReminderStore.InsertAsync(tx, row);
        await tx.AuditAsync(caller, "visit-reminder.create", $"visitReminders/{row.Id}", row.ScopePath, row.AssigneeId, new { Partner = row.PartnerName, row.DueDate, row.VisitId });
    }

    /// <summary>The visit is planned, or was reported: what is due by its day is done.</summary>
    public static async Task CoverAsync(Tx tx, VisitRow visit, Caller caller)
    {
        foreach (var row in await VisitReminderStore.OpenUntilAsync(tx, visit))
            await SetAsync(tx, row, Done, visit.Id, caller);
    }

    /// <summary>The visit will not be, or was not: what it did is to be done by another, or open again.</summary>
    public static async Task UncoverAsync(Tx tx, string visitId, Caller caller)
    {
        foreach (var row in await VisitReminderStore.DoneByAsync(tx, visitId))
        {
            var other = await VisitReminderStore.CoveringAsync(tx, row.PartnerId, row.DueDate, visitId);
            await SetAsync(tx, row, other is null ? Open : Done, other ?? "", caller);
            // Whose the client became while it was done.
            if (other is null && await PartnerStore.FindAsync(tx, row.PartnerId) is { } partner)
                await VisitReminderStore.FollowPartnerAsync(tx, partner);
        }
    }

    /// <summary>Tells once that the day of a next visit has come; for the sweep.</summary>
    /// <returns>How many it looked at.</returns>
    public static async Task<int> RemindAsync(Db db)
    {
        var due = await db.ReadAsync(s => VisitReminderStore.DueAsync(s, db.Clock.NowMicros(), StepItems));
        foreach (var row in due)
            await db.WriteAsync(async tx =>
            {
                if (await VisitReminderStore.TryTellAsync(tx, row))
                    await tx.PublishAsync(new VisitReminderDue
                    {
                        AggregateId = row.Id,
                        Version = row.Version,
                        ScopePath = row.ScopePath,
                        AssigneeId = row.AssigneeId,
                        PartnerId = row.PartnerId,
                        PartnerName = row.PartnerName,
                        VisitId = row.VisitId,
                        DueDate = row.DueDate,
                    });
            });
        return due.Count;
    }

    public static VisitReminder ToMessage(VisitReminderRow row, DateOnly today) => new()
    {
        Name = $"visitReminders/{row.Id}",
        Partner = $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        Staff = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
        DueDate = row.DueDate.ToString("yyyy-MM-dd"),
        State = EnumText.Parse<VisitReminderState>(row.State),
        Overdue = row.State == Open && row.DueDate < today,
        SourceVisit = $"visits/{row.VisitId}",
        DoneByVisit = row.DoneBy.Length == 0 ? "" : $"visits/{row.DoneBy}",
        DismissReason = row.DismissReason,
        Etag = Etag.Of(row.Version),
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };

    private static async Task SetAsync(Tx tx, VisitReminderRow row, string state, string doneBy, Caller caller)
    {
        (row.State, row.DoneBy) = (state, doneBy);
        await VisitReminderStore.UpdateAsync(tx, row);
        await tx.AuditAsync(caller, $"visit-reminder.{state}", $"visitReminders/{row.Id}", row.ScopePath, row.AssigneeId, new { Partner = row.PartnerName, row.DueDate, Visit = doneBy });
    }
}
