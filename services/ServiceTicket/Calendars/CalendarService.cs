using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Calendars;

/// <summary>Working calendars 工作日历 of organisations.</summary>
public sealed class CalendarService(Db db, OrganisationService.OrganisationServiceClient organisations) : ServiceCalendarService.ServiceCalendarServiceBase
{
    public override async Task<ServiceCalendar> GetServiceCalendar(GetServiceCalendarRequest request, ServerCallContext context)
    {
        var id = Ids.Of(request.Name, "serviceCalendars");
        return ToMessage(await db.ReadAsync(s => CalendarStore.GetAsync(s, id, context.Caller().Scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListServiceCalendarsResponse> ListServiceCalendars(ListServiceCalendarsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => CalendarStore.ListAsync(s, caller.Scope, page.After, page.Fetch));
        var next = page.Cut(rows, row => row.Id);
        return new ListServiceCalendarsResponse { ServiceCalendars = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<ServiceCalendar> UpdateServiceCalendar(UpdateServiceCalendarRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var calendar = request.ServiceCalendar;
        var code = Ids.Of(calendar.Name, "serviceCalendars");
        PolicyRules.RequireMayChange(code, caller);
        // Asked on the caller's behalf: an organisation outside the caller's scope is not found.
        var organisation = await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = $"organisations/{code}" }, cancellationToken: context.CancellationToken);
        return await db.WriteAsync(async tx =>
        {
            var row = await CalendarStore.GetAsync(tx, code, caller.Scope)
                ?? new CalendarRow { Id = code, ScopePath = await Places.NowAsync(tx, organisation.ScopePath) };
            Etag.Check(calendar.Etag, row.Version, calendar.Name);
            var before = row.ReadRevisions();
            row.WriteRevisions(calendar.Revisions.Select(ToRevision));
            row.Reason = request.Reason;
            row.UpdatedUs = tx.NowMicros;
            await CalendarStore.SaveAsync(tx, row);
            await tx.AuditAsync(caller, "service-calendar.update", calendar.Name, row.ScopePath, null, new { request.Reason, Before = before, After = row.ReadRevisions() });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    private static Revision ToRevision(CalendarRevision revision) => new(
        ServiceRules.Day(revision.EffectiveFrom)!.Value, [.. revision.Windows], [.. revision.Weekend], revision.PublicHolidays,
        [.. revision.Days.Select(day => new RevisionDay(ServiceRules.Day(day.Date)!.Value, day.Working, day.DisplayName, [.. day.Windows]))]);

    private static ServiceCalendar ToMessage(CalendarRow row) => new()
    {
        Name = $"serviceCalendars/{row.Id}",
        Organisation = $"organisations/{row.Id}",
        Revisions = { row.ReadRevisions().Select(ToMessage) },
        Etag = Etag.Of(row.Version),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        Reason = row.Reason,
    };

    private static CalendarRevision ToMessage(Revision revision) => new()
    {
        EffectiveFrom = $"{revision.From:yyyy-MM-dd}",
        Windows = { revision.Windows },
        Weekend = { revision.Weekend },
        PublicHolidays = revision.PublicHolidays,
        Days = { revision.Days.Select(day => new SpecialDay { Date = $"{day.Date:yyyy-MM-dd}", Working = day.Working, DisplayName = day.Name, Windows = { day.Windows ?? [] } }) },
    };
}
