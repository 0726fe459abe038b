using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Forms;

/// <summary>The general manager's report 总经理月报, and sets of forms in one file.</summary>
public sealed class FormService(Db db, ServiceName service) : V1.FormService.FormServiceBase
{
    public override async Task ExportManagerReport(ExportManagerReportRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        FormRules.RequireWhole(caller);
        var (first, _) = Days.Month(request.Month, db.Clock);
        var form = await db.ReadAsync(s => ManagerReport.OfAsync(s, caller, request.Organisation, first, db.Clock.GetUtcNow()));
        await db.WriteAsync(tx => tx.AuditAsync(caller, "forms.managerReport", request.Organisation, caller.Scope.Path, caller.StaffId, new { Month = $"{first:yyyy-MM}" }), context.CancellationToken);
        await responseStream.SendAsync(context, form);
    }

    public override Task<Operation> ExportFormSet(ExportFormSetRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var authorization = context.RequestHeaders.GetValue("authorization") ?? throw Errors.Unauthenticated();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var organisation = await NetworkStore.OrganisationAsync(tx, Ids.Of(request.Organisation, "organisations"), caller.Scope) ?? throw Errors.NotFound(request.Organisation);
            IReadOnlyList<FormKind> kinds = request.Kinds.Count == 0 ? FormNames.All : [.. request.Kinds.Distinct()];
            var asked = new FormSetAsked(request.Organisation, request.Period, kinds, request.Below, authorization);
            var operation = await tx.StartJobAsync(caller, service.Value, FormSetRun.Kind, JsonSerializer.SerializeToUtf8Bytes(asked));
            await FormSetStore.InsertAsync(tx, new FormSetRow
            {
                OperationId = Ids.Of(operation.Name, $"{service.Value}/operations"),
                FileName = $"{FormNames.Segment(organisation.Name)} 表单 {request.Period}.zip",
                CreatedUs = tx.NowMicros,
            });
            await tx.AuditAsync(caller, "forms.exportSet", operation.Name, organisation.ScopePath, caller.StaffId, new { request.Organisation, request.Period, request.Below, Kinds = kinds.Select(Codes.Of) });
            return operation;
        });
    }

    public override async Task DownloadFormSet(DownloadFormSetRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = Ids.Of(request.Operation, $"{service.Value}/operations");
        var set = await db.ReadAsync(s => MadeAsync(s, request.Operation, id, caller.Subject));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            // Forms hold people's names and scores; how many forms stands for how many rows.
            await tx.LogExportAsync(caller, "forms.download", new { request.Operation, set.FileName }, (await FormSetStore.ItemsAsync(tx, id)).Count(item => item.State == FormSetItemRow.Made));
            await tx.AuditAsync(caller, "forms.download", request.Operation, caller.Scope.Path, caller.StaffId, new { set.FileName });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(set.FileName)}";
        var zip = new FormSetZip(Clock.FromMicros(set.CreatedUs));
        foreach (var item in (await db.ReadAsync(s => FormSetStore.ItemsAsync(s, id))).Where(item => item.State == FormSetItemRow.Made))
        {
            await SendAsync(zip.Before(item));
            for (var piece = 0; piece * (long)FormSetStore.Piece < item.SizeBytes; piece++)
                await SendAsync((await db.ReadAsync(s => FormSetStore.PieceAsync(s, id, item.Ordinal, piece)))!);
        }
        await SendAsync(zip.After());

        Task SendAsync(byte[] data) => responseStream.WriteAsync(new HttpBody { ContentType = FormSetZip.MediaType, Data = UnsafeByteOperations.UnsafeWrap(data) }, context.CancellationToken);
    }

    /// <summary>A set of the owner's own that is made.</summary>
    private static async Task<FormSetRow> MadeAsync(Session session, string name, string id, string owner)
    {
        var done = await FormSetStore.DoneAsync(session, id, owner, FormSetRun.Kind) ?? throw Errors.NotFound(name);
        if (!done)
            throw Errors.Precondition("OPERATION_RUNNING", "表单尚未导出完毕，请稍后再下载。", "The set is not made yet.");
        return await FormSetStore.GetAsync(session, id) is { Complete: true } set ? set
            : throw Errors.Precondition("FILE_NOT_KEPT", $"没有可下载的文件：导出未完成，或已超过 {FormSetStore.Kept.Days} 天。", $"There is no file: the set was not finished, or is older than {FormSetStore.Kept.Days} days.");
    }
}
