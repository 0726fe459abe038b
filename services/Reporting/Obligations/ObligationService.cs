using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Obligations;

/// <summary>Obligations 报送事项 as people meet them.</summary>
public sealed class ObligationService(Db db) : V1.ObligationService.ObligationServiceBase
{
    public override async Task<Obligation> GetObligation(GetObligationRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name, context.Caller())), Errors.Language(context));

    public override async Task<ListObligationsResponse> ListObligations(ListObligationsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new ObligationFilter(States.TextOf(request.State), Ids.Of(request.Rule, "obligationRules"), request.Period, Ids.Of(request.Organisation, "organisations"),
            Ids.Of(request.Staff, "staff"), Days.Parse(request.DueFrom) ?? DateOnly.MinValue, Days.Parse(request.DueTo) ?? DateOnly.MaxValue);
        var rows = await db.ReadAsync(s => ObligationStore.ListAsync(s, filter, caller.Scope, page.Key(Page.DayAndId) ?? (DateOnly.MinValue, ""), page.Fetch));
        var reply = new ListObligationsResponse { NextPageToken = page.Cut(rows, row => $"{row.DueDate:yyyy-MM-dd}|{row.Id}") };
        reply.Obligations.Add(rows.Select(row => ToMessage(row, Errors.Language(context))));
        return reply;
    }

    public override Task<Obligation> SubmitObligation(SubmitObligationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "obligation.submit", new { request.Note, request.Artefact }, async (tx, row) =>
        {
            ObligationRules.ThrowIfNotSubmittable(row, caller);
            await ObligationStore.InsertSubmissionAsync(tx, new SubmissionRow
            {
                Id = tx.NewId(),
                Duty = row.Duty,
                SubjectId = row.SubjectId,
                Period = row.Period,
                SubmittedUs = tx.NowMicros,
                SubmitterId = caller.StaffId,
                SubmitterName = caller.Name,
                Note = request.Note,
                Artefact = request.Artefact,
            });
            await ObligationEngine.TakeSubmissionAsync(tx, row);
        });
    }

    public override Task<Obligation> AcceptObligation(AcceptObligationRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "obligation.accept", new { request.Note },
            (tx, row) => ReviewAsync(tx, row, context.Caller(), States.Accepted, request.Note));

    public override Task<Obligation> ReturnObligation(ReturnObligationRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "obligation.return", new { request.Reason },
            (tx, row) => ReviewAsync(tx, row, context.Caller(), States.Returned, request.Reason));

    public override Task<Obligation> WaiveObligation(WaiveObligationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "obligation.waive", new { request.Reason }, async (tx, row) =>
        {
            ObligationRules.ThrowIfNotWaivable(row, caller);
            (row.WaivedUs, row.WaiverName, row.WaiverReason) = (tx.NowMicros, caller.Name, request.Reason);
            await ObligationEngine.SaveAsync(tx, row);
        });
    }

    public override Task<ListComplianceResponse> ListCompliance(ListComplianceRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var (group, collection) = request.GroupBy switch
        {
            ComplianceGroup.Person => ("staff", "staff"),
            ComplianceGroup.Organisation => ("organisation", "organisations"),
            _ => ("duty", "obligationRules"),
        };
        var from = Days.Parse(request.DueFrom) ?? ChinaTime.StartOfMonth(ChinaTime.Today(db.Clock));
        return db.ReadAsync(async s =>
        {
            var sight = await Sight.OfAsync(s, caller.Scope, request.Organisation);
            var rows = await ObligationStore.ComplianceAsync(s, sight, group, from, Days.Parse(request.DueTo) ?? DateOnly.MaxValue, db.Clock.NowMicros(), page.After, page.Fetch);
            var reply = new ListComplianceResponse { NextPageToken = page.Cut(rows, row => row.GroupKey) };
            reply.Rows.Add(rows.Select(row => ToMessage(row, collection, Errors.Language(context))));
            return reply;
        });
    }

    private static Compliance ToMessage(ComplianceRow row, string collection, string language)
    {
        var counted = row.InTime + row.Late + row.Missing;
        return new Compliance
        {
            Key = $"{collection}/{row.GroupKey}",
            DisplayName = language == Errors.English ? row.NameEn : row.NameZh,
            InTime = row.InTime,
            Late = row.Late,
            Missing = row.Missing,
            Waived = row.Waived,
            Open = row.Opened,
            Rate = counted == 0 ? 1 : (double)row.InTime / counted,
        };
    }

    /// <summary>An obligation as the API shows it; the duty's name in the caller's language.</summary>
    public static Obligation ToMessage(ObligationRow row, string language)
    {
        var message = new Obligation
        {
            Name = $"obligations/{row.Id}",
            Rule = $"obligationRules/{row.Duty}",
            DisplayName = language == Errors.English ? row.DutyEn : row.DutyZh,
            Organisation = $"organisations/{row.OrganisationId}",
            OrganisationName = row.OrganisationName,
            Staff = row.StaffId is null ? "" : $"staff/{row.StaffId}",
            StaffName = row.StaffName,
            Period = row.Period,
            DueDate = $"{row.DueDate:yyyy-MM-dd}",
            Deadline = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.DeadlineUs)),
            State = States.Of(row.State),
            SubmitTime = row.SubmittedUs is { } us ? Timestamp.FromDateTimeOffset(Clock.FromMicros(us)) : null,
            Submitter = row.SubmitterName,
            Note = row.Note,
            Reviewer = row.ReviewerName,
            ReviewNote = row.ReviewNote,
            Automatic = row.Fulfilment != Fulfilments.Manual,
            Artefact = Artefacts.Of(row.Artefact),
            Waiver = row.WaiverName,
            WaiverReason = row.WaiverReason,
            Etag = Etag.Of(row.Version),
        };
        message.Receivers.Add(ObligationRules.Split(row.Receivers));
        return message;
    }

    private Task<Obligation> ChangeAsync(Google.Protobuf.IMessage request, string name, string etag, string requestId, ServerCallContext context,
        string action, object detail, Func<Tx, ObligationRow, Task> change)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await FindAsync(tx, name, caller);
            Etag.Check(etag, row.Version, name);
            await change(tx, row);
            await tx.AuditAsync(caller, action, name, row.ScopePath, row.AssigneeId, detail);
            return ToMessage(row, Errors.Language(context));
        });
    }

    private static Task ReviewAsync(Tx tx, ObligationRow row, Caller caller, string review, string note)
    {
        ObligationRules.ThrowIfNotReviewable(row, caller);
        row.Review = review;
        row.ReviewedUs = tx.NowMicros;
        row.ReviewerName = caller.Name;
        row.ReviewNote = note;
        return ObligationEngine.SaveAsync(tx, row);
    }

    private static async Task<ObligationRow> FindAsync(Session session, string name, Caller caller) =>
        await ObligationStore.GetAsync(session, Ids.Of(name, "obligations"), caller.Scope) ?? throw Errors.NotFound(name);
}
