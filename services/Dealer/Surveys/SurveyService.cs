using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
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
        var month = MonthOf(request.Month);
        // A file that is no such form is refused at once; the operation reads it again, as it does after a restart.
        var rows = SurveyForm.Read(request.File.Data.ToByteArray()).Count;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if (await OrganisationStore.FindAsync(tx, caller.OrganisationId) is null)
                throw Errors.NotFound($"organisations/{caller.OrganisationId}");
            var argument = new ImportSurveysRequest { Month = month, DryRun = request.DryRun };
            var operation = await tx.StartJobAsync(caller, service.Value, SurveyImport.Kind, argument.ToByteArray(), rows);
            await SurveyImportStore.InsertFileAsync(tx, new SurveyFileRow
            {
                OperationId = Ids.Of(operation.Name, $"{service.Value}/operations"),
                Month = month,
                Body = request.File.Data.ToByteArray(),
                CreatedUs = tx.NowMicros,
            });
            return operation;
        });
    }

    public override async Task<Survey> GetSurvey(GetSurveyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => SurveyStore.GetAsync(s, Ids.Of(request.Name, "surveys"), caller.Scope));
        return SurveyMessages.Of(row ?? throw Errors.NotFound(request.Name), caller);
    }

    public override async Task<ListSurveysResponse> ListSurveys(ListSurveysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new SurveyFilter(request.Month, Ids.Of(request.Organisation, "organisations"), request.CityCode, Ids.Of(request.Partner, "partners"));
        var rows = await db.ReadAsync(s => SurveyStore.ListAsync(s, caller.Scope, filter, page.After, page.Fetch));
        var reply = new ListSurveysResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.Surveys.Add(rows.Select(row => SurveyMessages.Of(row, caller)));
        return reply;
    }

    public override async Task ExportSurveys(ExportSurveysRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var month = MonthOf(request.Month);
        var organisationId = Ids.Of(request.Organisation, "organisations");
        if (organisationId.Length > 0 && await db.ReadAsync(s => OrganisationStore.GetAsync(s, organisationId, caller.Scope)) is null)
            throw Errors.NotFound(request.Organisation);

        using var file = new MemoryStream();
        var rows = await WriteFormAsync(file, caller, new SurveyFilter(month, organisationId, "", ""));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.LogExportAsync(caller, "survey.export", new { Month = month, Organisation = organisationId }, rows);
            await tx.AuditAsync(caller, "survey.export", "surveys", caller.Scope.Path, caller.Scope.Assignee, new { Month = month, Organisation = organisationId, Rows = rows });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{SurveyForm.Title}-{month}.xlsx")}";
        await SendAsync(file, SheetFormat.Xlsx, responseStream);
    }

    public override async Task ExportSurveyImport(ExportSurveyImportRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var operationId = Ids.Of(request.Operation, $"{service.Value}/operations");
        var sheet = await db.ReadAsync(s => SurveyErrorSheet.ReadAsync(s, request.Operation, operationId, caller.Subject));
        var format = sheet.Format(request.Format);
        using var file = new MemoryStream();
        var rows = sheet.Write(file, format, request.AllRows, Errors.Language(context));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.LogExportAsync(caller, "survey.import-export", new { request.Operation, request.AllRows }, rows);
            await tx.AuditAsync(caller, "survey.import-export", request.Operation, caller.Scope.Path, caller.StaffId, new { request.AllRows, Rows = rows });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{SurveyForm.Title}-{sheet.Month}-{SurveyErrorSheet.Column}{SheetWriter.Extension(format)}")}";
        await SendAsync(file, format, responseStream);
    }

    public override Task<Survey> CreateSurvey(CreateSurveyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, tx => SurveyEdits.CreateAsync(tx, request.Survey, MonthOf(request.Survey.Month), caller));
    }

    public override Task<Survey> UpdateSurvey(UpdateSurveyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(tx => SurveyEdits.UpdateAsync(tx, request, caller), context.CancellationToken);
    }

    public override Task<Survey> ConfirmSurvey(ConfirmSurveyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, tx => SurveyEdits.ConfirmAsync(tx, request, MonthOf(request.Month), caller));
    }

    public override Task<Survey> MarkSurveyTarget(MarkSurveyTargetRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, tx => SurveyEdits.MarkAsync(tx, request, caller));
    }

    public override Task<Operation> ConfirmSurveys(ConfirmSurveysRequest request, ServerCallContext context)
    {
        Errors.ThrowIfAny(SurveyRules.Many(request.Partners.Count, request.Filter));
        var asked = request.Clone();
        asked.Month = MonthOf(request.Month);
        asked.Partners.Clear();
        return db.WriteOnceAsync(context, request, request.RequestId, tx =>
            SurveyMany.StartAsync(tx, context.Caller(), service.Value, SurveyMany.ConfirmKind, asked.ToByteArray(), request.Partners, request.Filter));
    }

    public override Task<Operation> MarkSurveyTargets(MarkSurveyTargetsRequest request, ServerCallContext context)
    {
        Errors.ThrowIfAny(SurveyRules.Many(request.Partners.Count, request.Filter));
        var asked = request.Clone();
        asked.Month = MonthOf(request.Month);
        asked.Partners.Clear();
        return db.WriteOnceAsync(context, request, request.RequestId, tx =>
            SurveyMany.StartAsync(tx, context.Caller(), service.Value, SurveyMany.MarkKind, asked.ToByteArray(), request.Partners, request.Filter));
    }

    public override async Task<ListTargetMarksResponse> ListTargetMarks(ListTargetMarksRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var partner = await PartnerStore.GetAsync(s, Ids.Of(request.Partner, "partners"), caller.Scope) ?? throw Errors.NotFound(request.Partner);
            var rows = await SurveyVersionStore.MarksAsync(s, partner.Id, page);
            var reply = new ListTargetMarksResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.TargetMarks.Add(rows.Select(SurveyMessages.Of));
            return reply;
        });
    }

    public override async Task<ListSurveyVersionsResponse> ListSurveyVersions(ListSurveyVersionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var current = await GetAsync(s, request.Survey, caller);
            var before = page.Key<long>(key => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null) ?? current.Version;
            var rows = await SurveyVersionStore.ListAsync(s, current.Id, before, page.Fetch);
            if (page.After.Length == 0)
                rows.Insert(0, current);
            var reply = new ListSurveyVersionsResponse { NextPageToken = page.Cut(rows, row => row.Version.ToString(CultureInfo.InvariantCulture)) };
            reply.Versions.Add(rows.Select(row => SurveyMessages.Version(row, current, caller)));
            return reply;
        });
    }

    public override async Task<SurveyVersion> GetSurveyVersion(GetSurveyVersionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (request.Name.Split('/') is not ["surveys", var surveyId, "versions", var etag] || !Etag.IsEtag(etag))
            throw Errors.Invalid("name", "名称应为 surveys/…/versions/v…", "must be surveys/…/versions/v…", "BAD_FORMAT");
        var version = Etag.VersionOf(etag);
        return await db.ReadAsync(async s =>
        {
            var current = await SurveyStore.GetAsync(s, surveyId, caller.Scope) ?? throw Errors.NotFound(request.Name);
            var row = version == current.Version ? current : await SurveyVersionStore.GetAsync(s, surveyId, version) ?? throw Errors.NotFound(request.Name);
            return SurveyMessages.Version(row, current, caller);
        });
    }

    public override Task<CompareSurveysResponse> CompareSurveys(CompareSurveysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (page, month) = (Page.From(request, caller), MonthOf(request.Month));
        var previous = request.PreviousMonth.Length > 0 ? request.PreviousMonth : SurveyRules.MonthBefore(month);
        if (previous == month)
            throw Errors.Invalid("previous_month", "须是另一个月", "must be another month");
        return db.ReadAsync(s => SurveyMonths.CompareAsync(s, request, month, previous, page, caller));
    }

    public override Task<SurveyCompleteness> GetSurveyCompleteness(GetSurveyCompletenessRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.ReadAsync(s => SurveyMonths.CompletenessAsync(s, request.Organisation, MonthOf(request.Month), ChinaTime.Today(db.Clock), caller));
    }

    public override async Task<ListMissingSurveysResponse> ListMissingSurveys(ListMissingSurveysRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => SurveyMonthStore.MissingAsync(s, caller.Scope, Ids.Of(request.Organisation, "organisations"), MonthOf(request.Month), page));
        var reply = new ListMissingSurveysResponse { NextPageToken = page.Cut(rows, row => row.PartnerId) };
        reply.MissingSurveys.Add(rows.Select(SurveyMessages.Of));
        return reply;
    }

    private string MonthOf(string asked) => asked.Length > 0 ? asked : SurveyRules.CurrentMonth(db.Clock);

    private static async Task<SurveyRow> GetAsync(Session s, string name, Caller caller) =>
        await SurveyStore.GetAsync(s, Ids.Of(name, "surveys"), caller.Scope) ?? throw Errors.NotFound(name);

    private async Task<long> WriteFormAsync(Stream file, Caller caller, SurveyFilter filter)
    {
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(SurveyForm.Form(filter.Month));
        long count = 0;
        for (var after = ""; ;)
        {
            var rows = await db.ReadAsync(s => SurveyStore.ListAsync(s, caller.Scope, filter, after, ReadRows));
            foreach (var row in rows)
                writer.Row(SurveyForm.Cells(SurveyMessages.AsSeenBy(caller, row)));
            count += rows.Count;
            if (rows.Count < ReadRows)
                break;
            after = rows[^1].Id;
        }
        writer.End();
        return count;
    }

    private static async Task SendAsync(MemoryStream file, SheetFormat format, IServerStreamWriter<HttpBody> stream)
    {
        var bytes = file.GetBuffer().AsMemory(0, (int)file.Length);
        for (var at = 0; at < bytes.Length; at += ChunkBytes)
            await stream.WriteAsync(new HttpBody
            {
                ContentType = SheetWriter.MediaType(format),
                Data = ByteString.CopyFrom(bytes[at..Math.Min(at + ChunkBytes, bytes.Length)].Span),
            });
    }
}
