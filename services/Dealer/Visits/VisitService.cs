using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>Visits 拜访.</summary>
public sealed class VisitService(Db db) : V1.VisitService.VisitServiceBase
{
    public override Task<Visit> PlanVisit(PlanVisitRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var staffId = caller.RequireStaff();
        var asked = request.Visit;
        var planned = Date(asked.PlannedDate);
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var partner = await PartnerStore.GetAsync(tx, Ids.Of(asked.Partner, "partners"), caller.Scope);
            Errors.ThrowIfAny([.. VisitRules.Plan(asked, ChinaTime.DateOf(tx.Now)), .. Errors.MissingIf(partner is null, "visit.partner", asked.Partner)]);
            if (partner!.MergedInto is not null)
                throw PartnerRules.Merged(partner);
            var policy = await PolicyStore.EffectiveAsync(tx, partner.ScopePath);
            var row = new VisitRow
            {
                Id = tx.NewId(),
                PartnerId = partner.Id,
                PartnerName = partner.Name,
                OrganisationId = partner.OrganisationId,
                StaffName = caller.Name,
                Kind = EnumText.Of(asked.Kind),
                State = VisitRules.Planned,
                PlannedDate = planned,
                DueUs = VisitRules.Due(planned, tx.Now, PolicyRules.VisitReportUntil(policy), WorkingCalendar.Default).Micros(),
                Purpose = asked.Purpose,
                ScopePath = partner.ScopePath,
                AssigneeId = staffId,
                Version = 1,
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await VisitStore.InsertAsync(tx, row);
            await VisitReminders.CoverAsync(tx, row, caller);
            await tx.PublishAsync(Changed(row));
            await tx.AuditAsync(caller, "visit.plan", $"visits/{row.Id}", row.ScopePath, row.AssigneeId, new { Partner = partner.Name, asked.PlannedDate });
            return ToMessage(row, caller);
        });
    }

    public override async Task<Visit> GetVisit(GetVisitRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return ToMessage(await db.ReadAsync(s => GetAsync(s, request.Name, caller.Scope)), caller);
    }

    public override async Task<ListVisitsResponse> ListVisits(ListVisitsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new VisitFilter(request.FromDate, request.ToDate, Ids.Of(request.Partner, "partners"), EnumText.Filter(request.State), Ids.Of(request.Staff, "staff"));
        var rows = await db.ReadAsync(s => VisitStore.ListAsync(s, caller.Scope, page, filter));
        var reply = new ListVisitsResponse { NextPageToken = page.Cut(rows, r => $"{r.PlannedDate:yyyy-MM-dd}|{r.Id}") };
        reply.Visits.Add(rows.Select(row => ToMessage(row, caller)));
        return reply;
    }

    public override Task<Visit> ReportVisit(ReportVisitRequest request, ServerCallContext context) =>
        FinishAsync(context, request, request.RequestId, request.Name, request.Etag, async (tx, row) =>
        {
            var report = request.Report;
            Errors.ThrowIfAny(VisitRules.Report(report, Clock.FromMicros(row.CreatedUs), tx.Now));
            var partner = await PartnerStore.FindAsync(tx, row.PartnerId);
            row.State = VisitRules.Reported;
            row.SignedClient = partner is not null && EnumText.Parse<PartnerStage>(partner.Stage) is PartnerStage.Signed or PartnerStage.Trained or PartnerStage.Operating;
            row.Contact = report.Contact;
            row.ContactTitle = report.ContactTitle;
            row.Phone = report.Phone;
            row.TalkUs = report.TalkTime.ToDateTimeOffset().Micros();
            row.Content = report.Content;
            row.NextVisitDate = report.NextVisitDate.Length == 0 ? null : Date(report.NextVisitDate);
            row.Remark = report.Remark;
            row.ReportedUs = tx.NowMicros;
            await VisitReminders.CoverAsync(tx, row, context.Caller());
            if (partner is not null)
                await VisitReminders.PromiseAsync(tx, row, partner, context.Caller());
        });

    public override Task<Visit> CancelVisit(CancelVisitRequest request, ServerCallContext context) =>
        FinishAsync(context, request, request.RequestId, request.Name, request.Etag, async (tx, row) =>
        {
            row.State = VisitRules.Cancelled;
            row.CancelReason = request.Reason;
            await VisitReminders.UncoverAsync(tx, row.Id, context.Caller());
        });

    public override Task<VisitCalendar> GetVisitCalendar(GetVisitCalendarRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.ReadAsync(s => VisitCalendars.ReadAsync(s, request, ChinaTime.Today(db.Clock), caller));
    }

    public override Task<VisitWeek> GetVisitWeek(GetVisitWeekRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.ReadAsync(s => VisitCalendars.WeekAsync(s, request, db.Clock.GetUtcNow(), caller));
    }

    public override async Task<VisitReminder> GetVisitReminder(GetVisitReminderRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return VisitReminders.ToMessage(await db.ReadAsync(s => ReminderAsync(s, request.Name, scope)), ChinaTime.Today(db.Clock));
    }

    public override async Task<ListVisitRemindersResponse> ListVisitReminders(ListVisitRemindersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var state = request.State == VisitReminderState.Unspecified ? VisitReminders.Open : EnumText.Of(request.State);
        var filter = new VisitReminderFilter(state, "1900-01-01", request.DueBy.Length == 0 ? "9999-12-31" : request.DueBy, Ids.Of(request.Staff, "staff"), Ids.Of(request.Partner, "partners"));
        var rows = await db.ReadAsync(async s => await VisitReminderStore.ListAsync(s, await VisitCalendars.ScopeAsync(s, request.Organisation, caller), page, filter));
        var reply = new ListVisitRemindersResponse { NextPageToken = page.Cut(rows, r => $"{r.DueDate:yyyy-MM-dd}|{r.Id}") };
        reply.VisitReminders.Add(rows.Select(row => VisitReminders.ToMessage(row, ChinaTime.Today(db.Clock))));
        return reply;
    }

    public override Task<VisitReminder> DismissVisitReminder(DismissVisitReminderRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ReminderAsync(tx, request.Name, caller.Scope);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (row.State != VisitReminders.Open)
                throw Errors.Precondition("REMINDER_CLOSED", "该提醒已经处理。", "The reminder is done or dismissed already.");
            (row.State, row.DismissReason) = (VisitReminders.Dismissed, request.Reason);
            await VisitReminderStore.UpdateAsync(tx, row);
            await tx.AuditAsync(caller, "visit-reminder.dismiss", request.Name, row.ScopePath, row.AssigneeId, new { Partner = row.PartnerName, row.DueDate, request.Reason });
            return VisitReminders.ToMessage(row, ChinaTime.Today(db.Clock));
        });
    }

    /// <summary>Marks the planned visits whose working day is over; for the sweep.</summary>
    /// <returns>How many were missed.</returns>
    public static async Task<int> MissOverdueAsync(Db db)
    {
        if ((await db.ReadAsync(s => VisitStore.OverdueAsync(s, db.Clock.NowMicros(), 1))).Count == 0)
            return 0;
        return await db.WriteAsync(async tx =>
        {
            var overdue = await VisitStore.OverdueAsync(tx, tx.NowMicros, 100);
            foreach (var row in overdue)
            {
                row.State = VisitRules.Missed;
                await SaveAsync(tx, row, Caller.System);
                await VisitReminders.UncoverAsync(tx, row.Id, Caller.System);
            }
            return overdue.Count;
        });
    }

    private Task<Visit> FinishAsync(ServerCallContext context, Google.Protobuf.IMessage request, string requestId, string name, string etag, Func<Tx, VisitRow, Task> finish)
    {
        var caller = context.Caller();
        var staffId = caller.RequireStaff();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await GetAsync(tx, name, caller.Scope);
            Etag.Check(etag, row.Version, name);
            if (VisitRules.WhyNot(row, staffId, tx.NowMicros) is { } refusal)
                throw refusal;
            await finish(tx, row);
            await SaveAsync(tx, row, caller);
            return ToMessage(row, caller);
        });
    }

    private static async Task SaveAsync(Tx tx, VisitRow row, Caller caller)
    {
        await VisitStore.UpdateAsync(tx, row);
        await tx.PublishAsync(Changed(row));
        await tx.AuditAsync(caller, $"visit.{row.State}", $"visits/{row.Id}", row.ScopePath, row.AssigneeId, new { Partner = row.PartnerName, row.CancelReason });
    }

    private static async Task<VisitRow> GetAsync(Session s, string name, Scope scope) =>
        await VisitStore.GetAsync(s, Ids.Of(name, "visits"), scope) ?? throw Errors.NotFound(name);

    private static async Task<VisitReminderRow> ReminderAsync(Session s, string name, Scope scope) =>
        await VisitReminderStore.GetAsync(s, Ids.Of(name, "visitReminders"), scope) ?? throw Errors.NotFound(name);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    internal static VisitChanged Changed(VisitRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        PartnerId = row.PartnerId,
        StaffId = row.AssigneeId,
        State = row.State,
        Kind = row.Kind,
        PlannedDate = row.PlannedDate,
    };

    /// <summary>The number of whom was talked to is shown to those who call, as on the client file.</summary>
    internal static Visit ToMessage(VisitRow row, Caller caller) => new()
    {
        Name = $"visits/{row.Id}",
        Partner = $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        Staff = $"staff/{row.AssigneeId}",
        StaffName = row.StaffName,
        Kind = EnumText.Parse<VisitKind>(row.Kind),
        PlannedDate = row.PlannedDate.ToString("yyyy-MM-dd"),
        Purpose = row.Purpose,
        State = EnumText.Parse<VisitState>(row.State),
        Report = row.State == VisitRules.Reported ? ReportOf(row, caller) : null,
        SignedClient = row.SignedClient,
        CancelReason = row.CancelReason,
        Etag = Etag.Of(row.Version),
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        ReportTime = TimeOf(row.ReportedUs),
        DueTime = TimeOf(row.DueUs),
    };

    private static VisitReport ReportOf(VisitRow row, Caller caller) => new()
    {
        Contact = row.Contact,
        ContactTitle = row.ContactTitle,
        Phone = caller.SeesAllPhones() || (caller.StaffId is not null && caller.StaffId == row.AssigneeId) ? row.Phone : Privacy.Mask(row.Phone),
        TalkTime = TimeOf(row.TalkUs),
        Content = row.Content,
        NextVisitDate = row.NextVisitDate?.ToString("yyyy-MM-dd") ?? "",
        Remark = row.Remark,
    };

    private static Timestamp? TimeOf(long? micros) => micros is { } time ? Timestamp.FromDateTimeOffset(Clock.FromMicros(time)) : null;
}
