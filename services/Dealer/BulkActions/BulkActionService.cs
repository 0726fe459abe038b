using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.BulkActions;

/// <summary>One action on many partners 批量操作.</summary>
public sealed class BulkActionService(Db db, ServiceName service) : V1.BulkActionService.BulkActionServiceBase
{
    public const string Kind = "bulk-action";

    private const int ReadRows = 1000;
    private const int ChunkBytes = 64 * 1024;

    public override Task<Operation> StartBulkAction(StartBulkActionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        caller.Require(BulkRules.Permission(request.Kind));
        Errors.ThrowIfAny(BulkRules.Check(request));
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var asked = request.Clone();
            asked.Partners.Clear();
            var operation = await tx.StartJobAsync(caller, service.Value, Kind, asked.ToByteArray());
            var id = Ids.Of(operation.Name, $"{service.Value}/operations");
            await tx.SetTotalAsync(operation, await BulkStore.InsertAsync(tx, id, request.Partners, request.Filter, caller.Scope));
            await tx.AuditAsync(caller, "partner.bulk", operation.Name, caller.Scope.Path, caller.StaffId, new { Kind = request.Kind.ToString(), operation.ProgressTotal, request.DryRun, request.Reason });
            return operation;
        });
    }

    /// <summary>The long work behind StartBulkAction.</summary>
    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var request = StartBulkActionRequest.Parser.ParseFrom(run.Argument);
        return await new BulkRun(services.GetRequiredService<Db>(), run, request.DryRun, (tx, partner, _) => ActAsync(tx, partner, request, run.Caller)).RunAsync();
    }

    public override async Task<ListBulkActionItemsResponse> ListBulkActionItems(ListBulkActionItemsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Platform.Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var operation = await OwnAsync(s, request.Operation, caller);
            var rows = await BulkStore.ListAsync(s, operation, EnumText.Filter(request.State), page.After, page.Fetch);
            var reply = new ListBulkActionItemsResponse { NextPageToken = page.Cut(rows, row => row.PartnerId) };
            reply.Items.Add(rows.Select(row => ToMessage(row, Errors.Language(context))));
            return reply;
        });
    }

    public override async Task ExportBulkActionItems(ExportBulkActionItemsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var operation = await db.ReadAsync(s => OwnAsync(s, request.Operation, caller));
        using var file = new MemoryStream();
        using (var writer = SheetWriter.Create(file, SheetFormat.Xlsx))
        {
            writer.Begin(BulkSheet.Form);
            for (var after = ""; ;)
            {
                var rows = await db.ReadAsync(s => BulkStore.ListAsync(s, operation, "", after, ReadRows));
                foreach (var row in rows)
                    writer.Row(BulkSheet.Cells(row, Errors.Language(context)));
                if (rows.Count < ReadRows)
                    break;
                after = rows[^1].PartnerId;
            }
            writer.End();
        }
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "partner.bulk-export", request.Operation, caller.Scope.Path, caller.StaffId, new { });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{BulkSheet.Form.Title}.xlsx")}";
        var bytes = file.ToArray();
        for (var at = 0; at < bytes.Length; at += ChunkBytes)
            await responseStream.WriteAsync(new HttpBody
            {
                ContentType = SheetWriter.MediaType(SheetFormat.Xlsx),
                Data = ByteString.CopyFrom(bytes.AsSpan(at, Math.Min(ChunkBytes, bytes.Length - at))),
            });
    }

    private static async Task<bool> ActAsync(Tx tx, PartnerRow partner, StartBulkActionRequest request, Caller caller)
    {
        switch (request.Kind)
        {
            case BulkActionKind.Assign:
                return await PartnerActions.AssignAsync(tx, partner, request.Assignee, caller);
            case BulkActionKind.Advance:
                if (partner.Stage == EnumText.Of(request.Stage))
                    return false;
                await PartnerActions.AdvanceAsync(tx, partner, request.Stage, request.Reason, request.Evidence, caller);
                return true;
            case BulkActionKind.Grade:
                if (await CreditGradings.HasAsync(tx, partner.Id, request.CreditGrade))
                    return false;
                await CreditGradings.GradeAsync(tx, partner, request.CreditGrade, request.Reason, caller);
                return true;
            default:
                var to = await OrganisationWrites.TakeInAsync(tx, Ids.Of(request.Organisation, "organisations"), caller.Scope, "organisation");
                return await PartnerActions.TransferAsync(tx, partner, to, request.Reason, caller);
        }
    }

    private async Task<string> OwnAsync(Session s, string name, Caller caller)
    {
        var id = Ids.Of(name, $"{service.Value}/operations");
        return await BulkStore.OwnsAsync(s, id, caller.Subject) ? id : throw Errors.NotFound(name);
    }

    private static BulkActionItem ToMessage(BulkItemRow row, string language) => new()
    {
        Partner = $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        State = EnumText.Parse<BulkItemState>(row.State),
        Reason = row.Reason,
        Message = language == Errors.English ? row.MessageEn : row.MessageZh,
    };
}
