using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Numbers;

/// <summary>The register of agreement numbers 合同领用登记.</summary>
public sealed class NumberService(Db db, OrganisationService.OrganisationServiceClient organisations, StaffService.StaffServiceClient staff)
    : V1.NumberService.NumberServiceBase
{
    private const int ReadRows = 1000;

    public override async Task<NumberBlock> CreateNumberBlock(CreateNumberBlockRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var block = request.NumberBlock;
        var organisation = await organisations.FindAsync(block.Organisation, caller);
        Errors.ThrowIfAny([.. NumberRules.Create(block), .. Errors.MissingIf(organisation is null, "number_block.organisation", block.Organisation)]);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new NumberBlockRow
            {
                Id = tx.NewId(),
                OrganisationId = Ids.Of(organisation!.Name, "organisations"),
                Kind = Codes.Of(block.Kind),
                Prefix = block.Prefix,
                FirstNumber = block.First,
                LastNumber = block.Last,
                Width = block.Width,
                ScopePath = await Places.NowAsync(tx, organisation.ScopePath),
                CreatedUs = tx.NowMicros,
                AvailableCount = block.Last - block.First + 1,
            };
            await InsertAsync(tx, row);
            await tx.AuditAsync(caller, "number.create", $"numberBlocks/{row.Id}", row.ScopePath, null, new { row.Kind, row.Prefix, row.FirstNumber, row.LastNumber });
            return ToMessage(row);
        });
    }

    public override async Task<NumberBlock> GetNumberBlock(GetNumberBlockRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return ToMessage(await db.ReadAsync(s => NumberStore.GetBlockAsync(s, Ids.Of(request.Name, "numberBlocks"), scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListNumberBlocksResponse> ListNumberBlocks(ListNumberBlocksRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => NumberStore.ListBlocksAsync(s, Ids.Of(request.Organisation, "organisations"), Codes.Of(request.Kind), caller.Scope, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListNumberBlocksResponse { NumberBlocks = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<ListContractNumbersResponse> ListContractNumbers(ListContractNumbersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new NumberFilter(Ids.Of(request.Organisation, "organisations"), Codes.Of(request.Kind), Codes.Of(request.State),
            Ids.Of(request.Block, "numberBlocks"), Ids.Of(request.Holder, "staff"));
        var rows = await db.ReadAsync(s => NumberStore.ListAsync(s, filter, caller.Scope, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListContractNumbersResponse { ContractNumbers = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<ContractNumber> GetContractNumber(GetContractNumberRequest request, ServerCallContext context)
    {
        var scope = context.Caller().Scope;
        return ToMessage(await db.ReadAsync(s => NumberStore.GetAsync(s, Ids.Of(request.Name, "contractNumbers"), scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task ExportContractNumbers(ExportContractNumbersRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var organisation = await organisations.NamedAsync(request.Organisation, caller, "organisation");
        using var file = new MemoryStream();
        var count = await WriteRegisterAsync(file, organisation, request, caller.Scope);
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "number.export", organisation.Name, organisation.ScopePath, null, new { Kind = Codes.Of(request.Kind), request.Block, Rows = count });
            return new Empty();
        });
        await responseStream.SendXlsxAsync(context, "合同领用登记", file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    public override async Task<IssueNumbersResponse> IssueNumbers(IssueNumbersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var holder = await staff.ActiveAsync(request.Holder, "holder");
        var organisationId = request.Organisation.Length == 0 ? caller.OrganisationId : Ids.Of(request.Organisation, "organisations");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var kind = Codes.Of(request.Kind);
            if (!await NumberStore.LockAsync(tx, organisationId, kind, caller.Scope))
                throw NumberRules.NoFreeNumber(organisationId, request.Kind);
            var rows = await NumberStore.NextAsync(tx, organisationId, kind, request.Count);
            if (rows.Count < request.Count)
                throw NumberRules.NoFreeNumber(organisationId, request.Kind);
            foreach (var row in rows)
            {
                (row.State, row.AssigneeId, row.HolderName) = (Codes.Of(NumberState.Issued), Ids.Of(holder.Name, "staff"), holder.DisplayName);
                (row.IssueDate, row.SettleDate, row.Reason) = (ChinaTime.DateOf(tx.Now), null, "");
                await NumberStore.UpdateAsync(tx, row);
                await AuditAsync(tx, caller, "number.issue", row);
            }
            return new IssueNumbersResponse { ContractNumbers = { rows.Select(ToMessage) } };
        });
    }

    public override Task<ContractNumber> VoidNumber(VoidNumberRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, tx =>
            SettleAsync(tx, context.Caller(), request.Name, request.Etag, NumberState.Void, request.Reason, NumberRules.RefuseVoid));

    public override Task<ContractNumber> ReturnNumber(ReturnNumberRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, tx =>
            SettleAsync(tx, context.Caller(), request.Name, request.Etag, NumberState.Returned, request.Reason, NumberRules.RefuseReturn));

    private async Task<long> WriteRegisterAsync(Stream file, Organisation organisation, ExportContractNumbersRequest request, Scope scope)
    {
        var below = new Scope(organisation.ScopePath, null);
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(RegisterForm.Form(organisation.DisplayName, ChinaTime.Today(db.Clock)));
        long count = 0;
        for (var after = ""; ;)
        {
            var rows = await db.ReadAsync(s => NumberStore.RegisterAsync(s, below, Codes.Of(request.Kind), Ids.Of(request.Block, "numberBlocks"), scope, after, ReadRows));
            foreach (var row in rows)
                writer.Row(RegisterForm.Cells(++count, row));
            if (rows.Count < ReadRows)
                break;
            after = rows[^1].Id;
        }
        writer.End();
        return count;
    }

    private static async Task<ContractNumber> SettleAsync(
        Tx tx, Caller caller, string name, string etag, NumberState to, string reason, Func<NumberState, string, Refusal?> refuse)
    {
        var row = await NumberStore.GetAsync(tx, Ids.Of(name, "contractNumbers"), caller.Scope) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        if (refuse(Codes.To<NumberState>(row.State), row.Number) is { } refusal)
            throw refusal;
        (row.State, row.SettleDate, row.Reason) = (Codes.Of(to), ChinaTime.DateOf(tx.Now), reason);
        await NumberStore.UpdateAsync(tx, row);
        await AuditAsync(tx, caller, to == NumberState.Void ? "number.void" : "number.return", row);
        return ToMessage(row);
    }

    private static async Task InsertAsync(Tx tx, NumberBlockRow row)
    {
        try
        {
            await NumberStore.InsertBlockAsync(tx, row);
        }
        catch (Exception e) when (tx.Dialect.IsUniqueViolation(e))
        {
            var (first, last) = (NumberRules.Text(row.Prefix, row.FirstNumber, row.Width), NumberRules.Text(row.Prefix, row.LastNumber, row.Width));
            throw Errors.Conflict("NUMBER_EXISTS", $"{first} 至 {last} 中已有登记过的编号。", $"Some of {first} to {last} are in the register already.");
        }
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, NumberRow row) =>
        tx.AuditAsync(caller, action, $"contractNumbers/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Number, row.HolderName, row.Reason });

    private static NumberBlock ToMessage(NumberBlockRow row) => new()
    {
        Name = $"numberBlocks/{row.Id}",
        Organisation = $"organisations/{row.OrganisationId}",
        Kind = Codes.To<AgreementKind>(row.Kind),
        Prefix = row.Prefix,
        First = row.FirstNumber,
        Last = row.LastNumber,
        Width = (int)row.Width,
        AvailableCount = row.AvailableCount,
        IssuedCount = row.IssuedCount,
        UsedCount = row.UsedCount,
        VoidCount = row.VoidCount,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };

    private static ContractNumber ToMessage(NumberRow row) => new()
    {
        Name = $"contractNumbers/{row.Id}",
        Number = row.Number,
        Block = $"numberBlocks/{row.BlockId}",
        Organisation = $"organisations/{row.OrganisationId}",
        Kind = Codes.To<AgreementKind>(row.Kind),
        State = Codes.To<NumberState>(row.State),
        Holder = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
        HolderName = row.HolderName,
        IssueDate = $"{row.IssueDate:yyyy-MM-dd}",
        Agreement = row.AgreementId is null ? "" : $"agreements/{row.AgreementId}",
        SettleDate = $"{row.SettleDate:yyyy-MM-dd}",
        Reason = row.Reason,
        Etag = Etag.Of(row.Version),
    };
}
