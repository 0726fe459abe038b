using Google.Protobuf;
using Grpc.Core;
using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Attachments;
using Qudao.Contract.Instalments;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Payments;

/// <summary>Receipt requests 收款申请单 and invoice requests 开票申请单, from draft to the client's signature.</summary>
public sealed class PaymentRequestService(Db db) : V1.PaymentRequestService.PaymentRequestServiceBase
{
    private const string LinesField = "payment_request.lines";

    public override Task<PaymentRequest> CreatePaymentRequest(CreatePaymentRequestRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new PaymentRow
            {
                Id = tx.NewId(),
                Version = 1,
                Kind = Codes.Of(request.PaymentRequest.Kind),
                State = Codes.Of(PaymentState.Draft),
                Note = request.PaymentRequest.Note.Trim(),
                SinceUs = tx.NowMicros,
                DrafterId = AgreementRow.Actor(caller),
                DrafterName = caller.Name,
                CreatedUs = tx.NowMicros,
                UpdatedUs = tx.NowMicros,
            };
            await SetLinesAsync(tx, caller, row, request.PaymentRequest.Lines);
            HandOn(row, caller, PaymentAction.Create, PaymentState.Draft, "", tx.NowMicros);
            await PaymentStore.InsertAsync(tx, row);
            return await ToldAsync(tx, caller, row, PaymentAction.Create, "");
        });
    }

    public override async Task<PaymentRequest> GetPaymentRequest(GetPaymentRequestRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => PaymentStore.GetAsync(s, Ids.Of(request.Name, "paymentRequests"), PartnerSight.Of(caller))) ?? throw Errors.NotFound(request.Name);
        return PaymentMessages.ToMessage(row, caller);
    }

    public override async Task<ListPaymentRequestsResponse> ListPaymentRequests(ListPaymentRequestsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new PaymentFilter(Codes.Of(request.Kind), Codes.Of(request.State), Ids.Of(request.Partner, "partners"));
        var rows = await db.ReadAsync(s => PaymentStore.ListAsync(s, filter, PartnerSight.Of(caller), page));
        var next = page.Cut(rows, row => row.Id);
        return new ListPaymentRequestsResponse { PaymentRequests = { rows.Select(row => PaymentMessages.ToMessage(row, caller)) }, NextPageToken = next };
    }

    public override Task<PaymentRequest> UpdatePaymentRequest(UpdatePaymentRequestRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.PaymentRequest;
        IReadOnlyList<string> mask = request.UpdateMask?.Paths ?? [];
        return db.WriteAsync(async tx =>
        {
            var row = await ReadAsync(tx, caller, PaymentAction.Update, asked.Name, asked.Etag);
            if (PaymentRules.Changes(mask, "note"))
                row.Note = asked.Note.Trim();
            if (PaymentRules.Changes(mask, "lines"))
                await SetLinesAsync(tx, caller, row, asked.Lines);
            return await DoneAsync(tx, caller, row, PaymentAction.Update, "");
        }, context.CancellationToken);
    }

    public override Task<PaymentRequest> SubmitPaymentRequest(SubmitPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Submit, request.Name, request.Etag, request.Comment, async (tx, row) =>
        {
            await CheckLinesAsync(tx, context.Caller(), row, row.Lines, "lines");
            await ReserveAsync(tx, row, 1);
        });

    public override Task<PaymentRequest> ConfirmPaymentRequest(ConfirmPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Confirm, request.Name, request.Etag, request.Comment, Nothing);

    public override Task<PaymentRequest> CheckPaymentRequest(CheckPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Check, request.Name, request.Etag, request.Comment, Nothing);

    public override Task<PaymentRequest> RecordReceipt(RecordReceiptRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Settle, request.Name, request.Etag, request.Comment, async (tx, row) =>
        {
            Be(PaymentKind.Receipt, row);
            await ReserveAsync(tx, row, -1);
            row.SettledFen = request.AmountFen == 0 ? row.AmountFen : request.AmountFen;
            row.Allocations = Allocations(request, row);
            await CheckLinesAsync(tx, context.Caller(), row, row.Allocations, "allocations");
            (row.SettledDate, row.DocumentNumber) = (DateOnly.ParseExact(request.ReceivedDate, "yyyy-MM-dd"), request.Reference.Trim());
            await SettleAsync(tx, context.Caller(), row, 1);
            await AccountStore.AddAsync(tx, row.PartnerId, AccountEntryKind.Receipt, row.SettledDate.Value, $"paymentRequests/{row.Id}", $"收款 {row.DocumentNumber}".TrimEnd(), -row.SettledFen, 0);
        });

    public override async Task<PaymentRequest> RecordInvoice(RecordInvoiceRequest request, ServerCallContext context)
    {
        try
        {
            return await MoveAsync(context, request, request.RequestId, PaymentAction.Settle, request.Name, request.Etag, request.Comment, async (tx, row) =>
            {
                Be(PaymentKind.Invoice, row);
                await ReserveAsync(tx, row, -1);
                row.SettledFen = request.AmountFen == 0 ? row.AmountFen : request.AmountFen;
                (row.Allocations, var left) = PaymentRules.Spread(row.Lines, row.SettledFen);
                if (left > 0)
                    throw Errors.Invalid("amount_fen", $"不能超过申请金额（{Money.Zh(row.AmountFen)}）", $"must not exceed what was asked for, {Money.En(row.AmountFen)}", "EXCEEDS_OPEN");
                (row.SettledDate, row.DocumentNumber) = (DateOnly.ParseExact(request.InvoiceDate, "yyyy-MM-dd"), request.InvoiceNumber.Trim());
                await SettleAsync(tx, context.Caller(), row, 1);
                await AccountStore.AddAsync(tx, row.PartnerId, AccountEntryKind.Invoice, row.SettledDate.Value, $"paymentRequests/{row.Id}", $"发票 {row.DocumentNumber}", 0, row.SettledFen);
            });
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Errors.Conflict("INVOICE_NUMBER_EXISTS", $"发票号码 {request.InvoiceNumber.Trim()} 已登记。", $"The invoice number {request.InvoiceNumber.Trim()} is in use.");
        }
    }

    public override Task<PaymentRequest> SignPaymentRequest(SignPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Sign, request.Name, request.Etag, request.Comment, async (tx, row) =>
        {
            if (request.Attachment.Length > 0)
                await CheckAttachmentAsync(tx, context.Caller(), row, request.Attachment);
            (row.SignerName, row.SignedDate, row.Attachment) = (request.SignerName.Trim(), DateOnly.ParseExact(request.SignedDate, "yyyy-MM-dd"), request.Attachment);
        });

    public override Task<PaymentRequest> ReturnPaymentRequest(ReturnPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Return, request.Name, request.Etag, request.Comment, (tx, row) => GiveBackAsync(tx, context.Caller(), row, request.Comment));

    public override Task<PaymentRequest> WithdrawPaymentRequest(WithdrawPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Withdraw, request.Name, request.Etag, request.Comment, (tx, row) => GiveBackAsync(tx, context.Caller(), row, request.Comment));

    public override Task<PaymentRequest> CancelPaymentRequest(CancelPaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Cancel, request.Name, request.Etag, request.Reason, (tx, row) => GiveBackAsync(tx, context.Caller(), row, request.Reason));

    public override Task<PaymentRequest> ReversePaymentRequest(ReversePaymentRequestRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, PaymentAction.Reverse, request.Name, request.Etag, request.Reason, (tx, row) => GiveBackAsync(tx, context.Caller(), row, request.Reason));

    private Task<PaymentRequest> MoveAsync(
        ServerCallContext context, IMessage request, string requestId, PaymentAction action, string name, string etag, string comment, Func<Tx, PaymentRow, Task> work)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await ReadAsync(tx, caller, action, name, etag);
            await work(tx, row);
            return await DoneAsync(tx, caller, row, action, comment.Trim());
        });
    }

    private static Task Nothing(Tx tx, PaymentRow row) => Task.CompletedTask;

    private static void Be(PaymentKind kind, PaymentRow row)
    {
        if (row.Kind != Codes.Of(kind))
            throw Errors.Precondition("OTHER_KIND", row.Kind == "receipt" ? "这是收款申请单，请登记收款。" : "这是开票申请单，请登记发票。", $"This is a request for {(row.Kind == "receipt" ? "a receipt" : "an invoice")}.");
    }

    /// <summary>Where the received amount goes: as said; as asked for when it is just that; else the oldest first.</summary>
    private static IReadOnlyList<Line> Allocations(RecordReceiptRequest request, PaymentRow row)
    {
        if (request.Allocations.Count > 0)
        {
            var said = ToLines(request.Allocations);
            return said.Sum(line => line.AmountFen) == row.SettledFen ? said
                : throw Errors.Invalid("allocations", $"合计须等于收款金额（{Money.Zh(row.SettledFen)}）", $"must add up to what was received, {Money.En(row.SettledFen)}", "SUM_DIFFERS");
        }
        var (spread, left) = PaymentRules.Spread(row.Lines, row.SettledFen);
        return left == 0 ? spread : throw Errors.Invalid("allocations", "收款超过申请金额，请指定分期", "more was received than was asked for: say to which instalments it goes", "REQUIRED");
    }

    private static async Task SetLinesAsync(Tx tx, Caller caller, PaymentRow row, IReadOnlyList<PaymentLine> asked)
    {
        row.Lines = ToLines(asked);
        var found = await CheckLinesAsync(tx, caller, row, row.Lines, LinesField);
        var partner = found[row.Lines[0].InstalmentId];
        (row.PartnerId, row.PartnerName, row.OrganisationId, row.ScopePath, row.AssigneeId) = (partner.PartnerId, partner.PartnerName, partner.OrganisationId, partner.ScopePath, partner.AssigneeId);
        // By due date, so that what is spread goes to the oldest first.
        row.Lines = [.. row.Lines.OrderBy(line => found[line.InstalmentId].DueDate).ThenBy(line => found[line.InstalmentId].Number)];
        row.AmountFen = row.Lines.Sum(line => line.AmountFen);
    }

    private static async Task<Dictionary<string, InstalmentRow>> CheckLinesAsync(Tx tx, Caller caller, PaymentRow row, IReadOnlyList<Line> lines, string field)
    {
        var found = await InstalmentStore.GetAsync(tx, [.. lines.Select(line => line.InstalmentId)], PartnerSight.Of(caller));
        var partnerId = field == LinesField ? null : row.PartnerId;
        Errors.ThrowIfAny([.. PaymentRules.Take(lines, found, partnerId, one => row.Kind == "receipt" ? one.ReceivableFen : one.InvoiceableFen, field)]);
        return found;
    }

    /// <summary>Takes the lines of the instalments, or gives them back (sign -1).</summary>
    private static async Task ReserveAsync(Tx tx, PaymentRow row, int sign)
    {
        foreach (var line in row.Lines)
            await (row.Kind == "receipt" ? InstalmentStore.RequestAsync(tx, line.InstalmentId, sign * line.AmountFen) : InstalmentStore.RequestInvoiceAsync(tx, line.InstalmentId, sign * line.AmountFen));
    }

    /// <summary>Books the allocations to the instalments, or takes them out again (sign -1).</summary>
    private static async Task SettleAsync(Tx tx, Caller caller, PaymentRow row, int sign)
    {
        var receipt = row.Kind == "receipt";
        foreach (var line in row.Allocations)
            await (receipt ? InstalmentStore.PayAsync(tx, line.InstalmentId, sign * line.AmountFen) : InstalmentStore.InvoiceAsync(tx, line.InstalmentId, sign * line.AmountFen));
        var now = await InstalmentStore.GetAsync(tx, [.. row.Allocations.Select(line => line.InstalmentId)], PartnerSight.All);
        foreach (var one in now.Values)
            await InstalmentSchedule.TellAsync(tx, caller, one, (receipt, sign) switch { (true, 1) => "pay", (true, _) => "unpay", (_, 1) => "invoice", _ => "uninvoice" }, $"paymentRequests/{row.Id}");
    }

    /// <summary>What the request holds goes back to the instalments: what it took, or what finance had confirmed.</summary>
    private static async Task GiveBackAsync(Tx tx, Caller caller, PaymentRow row, string why)
    {
        var state = Codes.To<PaymentState>(row.State);
        if (PaymentRules.Reserves(state))
            await ReserveAsync(tx, row, -1);
        if (!PaymentRules.IsSettled(state))
            return;
        await SettleAsync(tx, caller, row, -1);
        var (kind, amount, invoiced) = row.Kind == "receipt" ? (AccountEntryKind.ReceiptReversal, row.SettledFen, 0L) : (AccountEntryKind.InvoiceReversal, 0L, -row.SettledFen);
        await AccountStore.AddAsync(tx, row.PartnerId, kind, ChinaTime.DateOf(tx.Now), $"paymentRequests/{row.Id}", $"{AccountRules.Zh(kind)} {row.DocumentNumber}：{why}", amount, invoiced);
        (row.SettledFen, row.SettledDate, row.Allocations) = (0, null, []);
    }

    /// <summary>A signed receipt is an attachment of an agreement with the same partner.</summary>
    private static async Task CheckAttachmentAsync(Tx tx, Caller caller, PaymentRow row, string name)
    {
        if (caller.PartnerId is null && name.Split('/') is ["agreements", var agreementId, "attachments", var id]
            && await AgreementStore.GetAsync(tx, agreementId, caller) is { } agreement && agreement.PartnerId == row.PartnerId
            && await AttachmentStore.GetAsync(tx, agreementId, id) is not null)
            return;
        throw Errors.Invalid("attachment", "须为该客户协议的附件，例如 agreements/…/attachments/…", "must be an attachment of one of the partner's agreements, agreements/…/attachments/…", "NOT_FOUND");
    }

    private static IReadOnlyList<Line> ToLines(IEnumerable<PaymentLine> lines) => [.. lines.Select(line => new Line(Ids.Of(line.Instalment, "instalments"), line.AmountFen))];

    private static async Task<PaymentRow> ReadAsync(Tx tx, Caller caller, PaymentAction action, string name, string etag)
    {
        var row = await PaymentStore.GetAsync(tx, Ids.Of(name, "paymentRequests"), PartnerSight.Of(caller)) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        return PaymentRules.Refuse(action, row, caller) is { } refusal ? throw refusal : row;
    }

    private static async Task<PaymentRequest> DoneAsync(Tx tx, Caller caller, PaymentRow row, PaymentAction action, string comment)
    {
        HandOn(row, caller, action, PaymentRules.Next(action, Codes.To<PaymentState>(row.State)), comment, tx.NowMicros);
        row.UpdatedUs = tx.NowMicros;
        await PaymentStore.UpdateAsync(tx, row);
        return await ToldAsync(tx, caller, row, action, comment);
    }

    private static string Verb(PaymentAction action) => action.ToString().ToLowerInvariant();

    private static void HandOn(PaymentRow row, Caller caller, PaymentAction action, PaymentState to, string comment, long nowUs)
    {
        row.Steps = [.. row.Steps, new PaymentHandOff(Verb(action), AgreementRow.Actor(caller), caller.Name, comment, row.SinceUs, nowUs, Codes.Of(to))];
        if (row.State != Codes.Of(to))
            row.SinceUs = nowUs;
        row.State = Codes.Of(to);
    }

    private static async Task<PaymentRequest> ToldAsync(Tx tx, Caller caller, PaymentRow row, PaymentAction action, string comment)
    {
        await tx.PublishAsync(PaymentMessages.Changed(row));
        await tx.AuditAsync(caller, $"payment.{Verb(action)}", $"paymentRequests/{row.Id}", row.ScopePath, row.AssigneeId,
            new { row.Kind, row.State, row.AmountFen, row.SettledFen, row.DocumentNumber, Comment = comment });
        return PaymentMessages.ToMessage(row, caller);
    }
}
