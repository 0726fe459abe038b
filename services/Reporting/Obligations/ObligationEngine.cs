using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Network;
using Qudao.Reporting.Notifications;

namespace Qudao.Reporting.Obligations;

/// <summary>
/// Makes obligations and moves them. Each organisation and person keeps the first day that was not looked at yet; a sweep
/// takes those days, makes what is owed for the current and the next period of each, and so misses none however long
/// nothing ran. Another sweep moves what the clock moves. Both take rows by versioned updates: two instances do it once.
/// </summary>
public static class ObligationEngine
{
    private const int Batch = 100;

    /// <summary>Makes what is owed and was not made yet; returns how many organisations or people it looked at.</summary>
    public static async Task<int> MaterialiseAsync(Db db, WorkingCalendar calendar)
    {
        var due = await db.ReadAsync(s => SubjectStore.DueAsync(s, ChinaTime.Today(db.Clock), Batch));
        foreach (var row in due)
            await db.WriteAsync(tx => MaterialiseAsync(tx, row, calendar));
        return due.Count;
    }

    /// <summary>Moves what is due soon or missing by now; returns how many.</summary>
    public static async Task<int> MoveDueAsync(Db db)
    {
        var due = await db.ReadAsync(s => ObligationStore.DueAsync(s, db.Clock.NowMicros(), Batch));
        if (due.Count > 0)
            await db.WriteAsync(async tx =>
            {
                foreach (var row in due)
                {
                    ObligationRules.Settle(row, tx.NowMicros);
                    if (await ObligationStore.UpdateAsync(tx, row))
                        await PublishAsync(tx, row);
                }
            });
        return due.Count;
    }

    /// <summary>
    /// Something was submitted at an instant, by nobody of the staff when staffId is null or empty, for the duties that it fulfils. What is not made yet is made soon, looking from
    /// the given day on, and finds the submission then. The artefact is what was done, by its resource name.
    /// </summary>
    public static async Task FulfilAsync(Tx tx, string fulfilment, string subjectId, string period, DateTimeOffset at, string? staffId, DateOnly lookFrom, string artefact = "")
    {
        foreach (var duty in await RuleStore.FulfilledByAsync(tx, fulfilment))
            await FulfilDutyAsync(tx, duty, subjectId, period, at, staffId, lookFrom, artefact);
    }

    /// <summary>The same for one duty, which may be one that is done by hand too.</summary>
    public static async Task FulfilDutyAsync(Tx tx, string duty, string subjectId, string period, DateTimeOffset at, string? staffId, DateOnly lookFrom, string artefact = "")
    {
        var submitter = string.IsNullOrEmpty(staffId) ? null : staffId;
        await ObligationStore.InsertSubmissionAsync(tx, new SubmissionRow
        {
            Id = tx.NewId(),
            Duty = duty,
            SubjectId = subjectId,
            Period = period,
            SubmittedUs = at.Micros(),
            SubmitterId = submitter,
            SubmitterName = submitter is null ? "" : await NetworkStore.StaffNameAsync(tx, submitter),
            Artefact = artefact,
        });
        if (await ObligationStore.FindAsync(tx, duty, subjectId, period) is { } row)
            await TakeSubmissionAsync(tx, row);
        else
            await NetworkStore.TouchAsync(tx, subjectId, lookFrom);
    }

    /// <summary>Whether something was submitted already and nobody returned it: of what is done many times a day the first is what counts.</summary>
    public static async Task<bool> IsDoneAsync(Tx tx, string duty, string subjectId, string period) =>
        await ObligationStore.SubmissionAsync(tx, duty, subjectId, period, 0) is not null
        && await ObligationStore.FindAsync(tx, duty, subjectId, period) is not { Review: States.Returned };

    /// <summary>Settles the row by the earliest submission that counts for it, and stores and publishes it if that moved it.</summary>
    public static async Task TakeSubmissionAsync(Tx tx, ObligationRow row)
    {
        var before = (row.State, row.SubmittedUs);
        if (row.State != States.Accepted)
            await ReadSubmissionAsync(tx, row);
        await SaveIfMovedAsync(tx, row, before);
    }

    /// <summary>Stores a row that changed and publishes it; ABORTED when somebody else was faster.</summary>
    public static async Task SaveAsync(Tx tx, ObligationRow row)
    {
        ObligationRules.Settle(row, tx.NowMicros);
        if (!await ObligationStore.UpdateAsync(tx, row))
            throw Errors.EtagMismatch($"obligations/{row.Id}");
        await PublishAsync(tx, row);
    }

    private static async Task MaterialiseAsync(Tx tx, SubjectRow row, WorkingCalendar calendar)
    {
        var today = ChinaTime.DateOf(tx.Now);
        if (!await SubjectStore.ClaimAsync(tx, row, today.AddDays(1)))
            return;
        var subject = row.ToSubject();
        var rules = await RuleStore.AllAsync(tx);
        var owed = ObligationRules.Recurring(rules, subject, today, calendar);
        if (subject.StaffId is null)
            owed.AddRange(await AfterAgreementsAsync(tx, rules, subject, calendar));
        foreach (var one in owed)
            await OweAsync(tx, one, subject);
        foreach (var open in await ObligationStore.OpenAsync(tx, subject.Id))
            await WaiveAsync(tx, open, subject);
    }

    private static async Task<List<Owed>> AfterAgreementsAsync(Tx tx, List<RuleRow> rules, Subject subject, WorkingCalendar calendar)
    {
        var concerned = rules.Where(rule => rule.Recurrence == Recurrences.Agreement && ObligationRules.Concerns(rule, subject)).ToList();
        var signed = await ActivityStore.SignedSinceAsync(tx, subject.OrganisationId, subject.From);
        return [.. from agreement in signed
                   from rule in concerned
                   let due = ObligationRules.DueAfterSigning(rule, agreement.SignedDate!.Value, calendar)
                   where due >= subject.Created
                   select new Owed(rule, agreement.Number, due)];
    }

    private static async Task OweAsync(Tx tx, Owed owed, Subject subject)
    {
        if (await ObligationStore.FindAsync(tx, owed.Rule.Code, subject.Id, owed.Period) is { } known)
        {
            known.Waived = !ObligationRules.StillOwes(known, subject);
            await TakeSubmissionAsync(tx, known);
            return;
        }
        var row = ObligationRules.Create(owed, subject, tx.NewId());
        await ReadSubmissionAsync(tx, row);
        ObligationRules.Settle(row, tx.NowMicros);
        await ObligationStore.InsertAsync(tx, row);
        await PublishAsync(tx, row);
    }

    private static async Task WaiveAsync(Tx tx, ObligationRow row, Subject subject)
    {
        row.Waived = !ObligationRules.StillOwes(row, subject);
        await SaveIfMovedAsync(tx, row, (row.State, row.SubmittedUs));
    }

    private static async Task ReadSubmissionAsync(Tx tx, ObligationRow row)
    {
        var after = row.Review == States.Returned ? row.ReviewedUs!.Value : 0;
        if (await ObligationStore.SubmissionAsync(tx, row.Duty, row.SubjectId, row.Period, after) is not { } first)
            return;
        row.SubmittedUs = first.SubmittedUs;
        row.SubmitterId = first.SubmitterId;
        row.SubmitterName = first.SubmitterName;
        row.Note = first.Note;
        row.Artefact = first.Artefact;
    }

    private static async Task SaveIfMovedAsync(Tx tx, ObligationRow row, (string State, long? SubmittedUs) before)
    {
        ObligationRules.Settle(row, tx.NowMicros);
        if ((row.State, row.SubmittedUs) != before)
            await SaveAsync(tx, row);
    }

    private static async Task PublishAsync(Tx tx, ObligationRow row)
    {
        await ObligationNotices.TellAsync(tx, row);
        await tx.PublishAsync(Changed(row));
    }

    private static ObligationChanged Changed(ObligationRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Duty = row.Duty,
        OrganisationId = row.OrganisationId,
        StaffId = row.StaffId,
        Period = row.Period,
        State = row.State,
        DueDate = row.DueDate,
        SubmitTime = row.SubmittedUs is { } us ? Clock.FromMicros(us) : null,
    };
}
