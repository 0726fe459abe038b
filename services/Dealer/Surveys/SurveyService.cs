using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Dealer.Surveys;

/// <summary>The market survey 市场及客户信息调研.</summary>
public sealed class SurveyService(Db db, ServiceName service) : V1.SurveyService.SurveyServiceBase
{
    private const int ChunkBytes = 64 * 1024;
    private const int ReadRows = 1000;

    public override Task<Operation> ImportSurveys(ImportSurveysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var month = request.Month.Length > 0 ? request.Month : SurveyRules.CurrentMonth(db.Clock);
        // A file that is no such form is refused at once; the operation reads it again, as it does after a restart.
        var rows = SurveyForm.Read(request.File.Data.ToByteArray()).Count;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if (await OrganisationStore.FindAsync(tx, caller.OrganisationId) is null)
                throw Errors.NotFound($"organisations/{caller.OrganisationId}");
            var argument = new ImportSurveysRequest { File = request.File, Month = month, DryRun = request.DryRun };
            return await tx.StartJobAsync(caller, service.Value, SurveyImport.Kind, argument.ToByteArray(), rows);
        });
    }

    public override async Task<Survey> GetSurvey(GetSurveyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => SurveyStore.GetAsync(s, Ids.Of(request.Name, "surveys"), caller.Scope));
        return ToMessage(AsSeenBy(caller, row ?? throw Errors.NotFound(request.Name)));
    }

    public override async Task<ListSurveysResponse> ListSurveys(ListSurveysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new SurveyFilter(request.Month, Ids.Of(request.Organisation, "organisations"), request.CityCode, Ids.Of(request.Partner, "partners"));
        var rows = await db.ReadAsync(s => SurveyStore.ListAsync(s, caller.Scope, filter, page.After, page.Fetch));
        var reply = new ListSurveysResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Surveys.Add(rows.Select(row => ToMessage(AsSeenBy(caller, row))));
        return reply;
    }

    public override async Task ExportSurveys(ExportSurveysRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var month = request.Month.Length > 0 ? request.Month : SurveyRules.CurrentMonth(db.Clock);
        var organisationId = Ids.Of(request.Organisation, "organisations");
        if (organisationId.Length > 0 && await db.ReadAsync(s => OrganisationStore.GetAsync(s, organisationId, caller.Scope)) is null)
            throw Errors.NotFound(request.Organisation);

        using var file = new MemoryStream();
        var rows = await WriteFormAsync(file, caller, new SurveyFilter(month, organisationId, "", ""));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "survey.export", "surveys", caller.Scope.Path, caller.Scope.Assignee, new { Month = month, Organisation = organisationId, Rows = rows });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{SurveyForm.Title}-{month}.xlsx")}";
        await SendAsync(file, responseStream);
    }

    private async Task<long> WriteFormAsync(Stream file, Caller caller, SurveyFilter filter)
    {
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(SurveyForm.Form(filter.Month));
        long count = 0;
        for (var after = ""; ;)
        {
            var rows = await db.ReadAsync(s => SurveyStore.ListAsync(s, caller.Scope, filter, after, ReadRows));
            foreach (var row in rows)
                writer.Row(SurveyForm.Cells(AsSeenBy(caller, row)));
            count += rows.Count;
            if (rows.Count < ReadRows)
                break;
            after = rows[^1].Id;
        }
        writer.End();
        return count;
    }

    private static async Task SendAsync(MemoryStream file, IServerStreamWriter<HttpBody> stream)
    {
        var bytes = file.GetBuffer().AsMemory(0, (int)file.Length);
        for (var at = 0; at < bytes.Length; at += ChunkBytes)
            await stream.WriteAsync(new HttpBody
            {
                ContentType = SheetWriter.MediaType(SheetFormat.Xlsx),
                Data = ByteString.CopyFrom(bytes[at..Math.Min(at + ChunkBytes, bytes.Length)].Span),
            });
    }

    private static SurveyRow AsSeenBy(Caller caller, SurveyRow row)
    {
        if (!caller.SeesAllPhones())
            row.Phone = Privacy.Mask(row.Phone);
        return row;
    }

    private static Survey ToMessage(SurveyRow row)
    {
        var survey = new Survey
        {
            Name = $"surveys/{row.Id}",
            Partner = $"partners/{row.PartnerId}",
            Organisation = $"organisations/{row.OrganisationId}",
            Month = row.Month,
            Region = row.Province,
            City = row.City,
            DisplayName = row.Name,
            Brands = row.Brands,
            Address = row.Address,
            Contact = row.Contact,
            Phone = row.Phone,
            Advantage = row.Advantage,
            CityCode = row.CityCode,
            Etag = Etag.Of(row.Version),
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        if (row.AnnualVolume is { } volume)
            survey.AnnualVolume = volume;
        if (row.IsTarget is { } target)
            survey.Target = target;
        return survey;
    }
}
