using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Statistics;

/// <summary>Statistics of signed agreements 协议签订统计表 (附件二).</summary>
public sealed class AgreementStatisticsService(Db db, OrganisationService.OrganisationServiceClient organisations)
    : V1.AgreementStatisticsService.AgreementStatisticsServiceBase
{
    public override async Task<AgreementStatistics> GetAgreementStatistics(GetAgreementStatisticsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var day = ReportDay(request.ReportDay);
        var page = Page.From(request, caller);
        var organisation = await organisations.NamedAsync(request.Organisation, caller, "organisation");
        return await db.ReadAsync(async s =>
        {
            var rows = await StatisticsStore.PageAsync(s, organisation.ScopePath, day, caller.Scope, page);
            var next = page.Cut(rows, StatisticsStore.Key);
            return new AgreementStatistics
            {
                Organisation = organisation.Name,
                OrganisationName = organisation.DisplayName,
                ReportDay = $"{day:yyyy-MM-dd}",
                Rows = { rows.Select(ToMessage) },
                TotalSize = await StatisticsStore.CountAsync(s, organisation.ScopePath, day, caller.Scope),
                NextPageToken = next,
            };
        });
    }

    public override async Task ExportAgreementStatistics(
        ExportAgreementStatisticsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var day = ReportDay(request.ReportDay);
        var organisation = await organisations.NamedAsync(request.Organisation, caller, "organisation");
        var rows = await db.ReadAsync(s => StatisticsStore.AllAsync(s, organisation.ScopePath, day, caller.Scope));
        await db.WriteAsync(tx => tx.AuditAsync(caller, "statistics.export", organisation.Name, organisation.ScopePath, null, new { ReportDay = day, Rows = rows.Count }));
        await responseStream.SendXlsxAsync(context, "协议签订统计表", StatisticsForm.Xlsx(organisation.DisplayName, day, rows));
    }

    public override async Task<AgreementStatisticsSubmission> SubmitAgreementStatistics(SubmitAgreementStatisticsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var staffId = caller.RequireStaff();
        var day = ReportDay(request.ReportDay);
        var organisation = await organisations.NamedAsync(request.Organisation, caller, "organisation");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var path = await Places.NowAsync(tx, organisation.ScopePath);
            var rows = await StatisticsStore.AllAsync(tx, path, day, caller.Scope);
            var submission = new SubmissionRow
            {
                Id = tx.NewId(),
                OrganisationId = Ids.Of(organisation.Name, "organisations"),
                OrganisationName = organisation.DisplayName,
                ScopePath = path,
                ReportDay = day,
                RowCount = rows.Count,
                RowsJson = JsonFormatter.Default.Format(new AgreementStatistics { Rows = { rows.Select(ToMessage) } }),
                SubmitterId = staffId,
                SubmitterName = caller.Name,
                CreatedUs = tx.NowMicros,
            };
            await StatisticsStore.InsertSubmissionAsync(tx, submission);
            await tx.PublishAsync(Submitted(submission));
            await tx.AuditAsync(caller, "statistics.submit", $"agreementStatisticsSubmissions/{submission.Id}", submission.ScopePath, null,
                new { submission.ReportDay, submission.RowCount });
            return Whole(submission);
        });
    }

    public override async Task<AgreementStatisticsSubmission> GetAgreementStatisticsSubmission(
        GetAgreementStatisticsSubmissionRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        var id = Ids.Of(request.Name, "agreementStatisticsSubmissions");
        return Whole(await db.ReadAsync(s => StatisticsStore.GetSubmissionAsync(s, id, scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListAgreementStatisticsSubmissionsResponse> ListAgreementStatisticsSubmissions(
        ListAgreementStatisticsSubmissionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => StatisticsStore.ListSubmissionsAsync(s, Ids.Of(request.Organisation, "organisations"), caller.Scope, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListAgreementStatisticsSubmissionsResponse { Submissions = { rows.Select(InList) }, NextPageToken = next };
    }

    private DateOnly ReportDay(string asked) => ServiceRules.Day(asked) ?? ChinaTime.Today(db.Clock);

    private static StatisticsSubmitted Submitted(SubmissionRow row) => new()
    {
        AggregateId = row.Id,
        Version = 1,
        ScopePath = row.ScopePath,
        OrganisationId = row.OrganisationId,
        StaffId = row.SubmitterId,
        ReportDay = row.ReportDay,
        Rows = row.RowCount,
    };

    private static AgreementStatisticsRow ToMessage(StatisticsRow row) => new()
    {
        Agreement = $"agreements/{row.Id}",
        Number = row.Number,
        Kind = Codes.To<AgreementKind>(row.Kind),
        Subject = row.Subject,
        PartyA = row.PartyA,
        PartyB = row.PartyB,
        SignedDate = $"{row.SignedDate:yyyy-MM-dd}",
        EffectiveFrom = $"{row.EffectiveFrom:yyyy-MM-dd}",
        EffectiveTo = $"{row.EffectiveTo:yyyy-MM-dd}",
    };

    private static AgreementStatisticsSubmission Whole(SubmissionRow row)
    {
        var message = InList(row);
        message.Rows.AddRange(AgreementStatistics.Parser.ParseJson(row.RowsJson).Rows);
        return message;
    }

    private static AgreementStatisticsSubmission InList(SubmissionRow row) => new()
    {
        Name = $"agreementStatisticsSubmissions/{row.Id}",
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        ReportDay = $"{row.ReportDay:yyyy-MM-dd}",
        RowCount = row.RowCount,
        Submitter = $"staff/{row.SubmitterId}",
        SubmitterName = row.SubmitterName,
        SubmitTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };
}
