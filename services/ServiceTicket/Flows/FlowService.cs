using System.Globalization;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Flows;

/// <summary>How tickets go from hand to hand 流转.</summary>
public sealed class FlowService(Db db, StandingService.StandingServiceClient standings, TicketSettings settings) : TicketFlowService.TicketFlowServiceBase
{
    public override Task<Ticket> AdvanceTicket(AdvanceTicketRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await TicketChange.SettledAsync(tx, request.Name, request.Etag, caller);
            var state = Words.Parse<TicketState>(row.State);
            // A state that allows no move is told before whose turn it would be.
            if (state is not TicketState.Resolved)
                TicketRules.Next(state, TicketAction.Advance);
            var move = FlowRules.Find(Words.Parse<TicketKind>(row.Kind), Words.Parse<TicketStep>(row.Step), request.Move, caller);
            Errors.ThrowIfAny(FlowRules.Advance(request, move, row));
            if (move.Does == TicketAction.Reopen)
                await TicketRounds.ReopenAsync(tx, caller, row, request.Note, move.Name);
            else
                await GoOnAsync(tx, caller, row, move, request);
            return TicketMessages.ToMessage(row, caller);
        });
    }

    public override async Task<ListHandOffsResponse> ListHandOffs(ListHandOffsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var after = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
        var rows = await db.ReadAsync(async s => await FlowStore.ListAsync(s, (await TicketChange.FindAsync(s, request.Ticket, caller)).Id, after, page.Fetch));
        var next = page.Cut(rows, row => row.Version.ToString(CultureInfo.InvariantCulture));
        return new ListHandOffsResponse { HandOffs = { rows.Select(row => ToMessage(row, caller)) }, NextPageToken = next };
    }

    public override Task<ListFlowMovesResponse> ListFlowMoves(ListFlowMovesRequest request, ServerCallContext context) => Task.FromResult(new ListFlowMovesResponse
    {
        Moves = { FlowRules.Moves.Where(move => request.Kind == TicketKind.Unspecified || move.Kind == request.Kind).Select(ToMessage) },
    });

    public override async Task<Ticket> CheckTicketWarranty(CheckTicketWarrantyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var found = await db.ReadAsync(s => TicketChange.FindAsync(s, request.Name, caller));
        // Asked on the caller's behalf: of a partner outside the caller's scope nothing is in effect.
        var standing = await standings.GetStandingAsync(new GetStandingRequest { Partner = $"partners/{found.PartnerId}" }, cancellationToken: context.CancellationToken);
        return await db.ChangeTicketAsync(context, request, request.RequestId, request.Name, request.Etag, TicketAction.Comment, async (tx, row) =>
        {
            var serial = FlowRules.DeviceOf(row, request.SerialNumber.Trim());
            var replaced = serial.Length == 0 ? null : await FlowStore.ReplacedOnAsync(tx, serial);
            var (state, until) = FlowRules.Warranty(standing.Effective, ServiceRules.Day(standing.EffectiveTo), ServiceRules.Day(request.PurchaseDate) ?? replaced,
                settings.WarrantyMonths, ChinaTime.DateOf(Clock.FromMicros(row.OpenedUs)));
            (row.Warranty, row.WarrantyUntil, row.WarrantyAgreement, row.WarrantyUs, row.WarrantySerial) = (Words.Of(state), until, standing.Number, tx.NowMicros, serial);
            var text = state switch { WarrantyState.Covered => "在保", WarrantyState.Expired => "已过保", _ => "无有效协议" };
            return (TicketChange.Entry(TicketEntryType.WarrantyChecked, serial.Length == 0 ? text : $"{serial}：{text}", isInternal: true),
                new { row.Number, row.Warranty, row.WarrantyAgreement, row.WarrantyUntil, request.PurchaseDate, Device = serial, Replaced = replaced });
        });
    }

    private async Task GoOnAsync(Tx tx, Caller caller, TicketRow row, Move move, AdvanceTicketRequest request)
    {
        var state = Words.Parse<TicketState>(row.State);
        state = move.Does == TicketAction.Close ? TicketRules.Next(state, TicketAction.Close) : TicketRules.Next(state, TicketAction.Advance);
        if (move.Does == TicketAction.Resolve)
            state = TicketRules.Next(state, TicketAction.Resolve);
        await FlowWork.PassAsync(tx, caller, row, move.Name, move.Next, request.Note, request.Reference);
        row.State = Words.Of(state);
        var pauses = await TicketStore.PausesAsync(tx, row.Id);
        if (move.Does == TicketAction.Resolve)
        {
            Sla.Resolve(row, pauses, tx.NowMicros);
            row.Result = request.Text;
        }
        else if (move.Does == TicketAction.Close)
            TicketClosing.Close(tx, row, settings);
        else if (move.Tells && row.FirstResponseUs is null)
            Sla.Respond(row, pauses, tx.NowMicros);
        TakeFacts(row, request);
        await ReplaceAsync(tx, row, request);
        // What the client is told is the client's to read; how we got there is ours.
        var entry = TicketChange.Entry(TicketEntryType.HandedOff, request.Text.Length > 0 ? request.Text : request.Note, isInternal: !move.Tells);
        await TicketLedger.SaveAsync(tx, caller, row, entry,
            new { row.Number, Move = Words.Of(move.Name), From = Words.Of(move.Step), To = row.Step, request.Note, request.Reference, request.Department, request.ReplacementSerialNumbers });
    }

    /// <summary>What went to the client instead: from now on tickets about it are found, and its warranty runs.</summary>
    private static async Task ReplaceAsync(Tx tx, TicketRow row, AdvanceTicketRequest request)
    {
        var serials = request.ReplacementSerialNumbers.Select(serial => serial.Trim()).ToList();
        foreach (var serial in serials)
            await FlowStore.InsertDeviceAsync(tx, serial, row.Id, ChinaTime.DateOf(tx.Now));
        row.ReplacementSerials = string.Join('\n', TicketMessages.ReplacementsOf(row).Concat(serials));
    }

    private static void TakeFacts(TicketRow row, AdvanceTicketRequest request)
    {
        switch (request.Move)
        {
            case TicketMove.EnterErp:
                row.ErpNumber = request.Reference;
                break;
            case TicketMove.ShipToFactory:
                row.FactoryWaybill = request.Reference;
                break;
            case TicketMove.Reship:
                row.ReshipWaybill = request.Reference;
                break;
            case TicketMove.Soothe:
                row.Department = request.Department;
                break;
            case TicketMove.Adopt:
                row.Decision = "adopted";
                break;
            case TicketMove.Decline when row.Kind == Words.Of(TicketKind.Suggestion):
                row.Decision = "declined";
                break;
            case TicketMove.Reward:
                row.Reward = request.Note;
                break;
        }
    }

    private static HandOff ToMessage(HandOffRow row, Caller caller) => new()
    {
        FromStep = Words.Parse<TicketStep>(row.FromStep),
        Move = Words.Parse<TicketMove>(row.Move),
        ToStep = Words.Parse<TicketStep>(row.ToStep),
        StartTime = TicketMessages.Time(row.FromUs),
        EndTime = TicketMessages.Time(row.UntilUs),
        Minutes = row.Minutes,
        ActorDisplayName = row.ActorName,
        Note = TicketRules.IsOutside(caller) ? "" : row.Note,
        Reference = row.Reference,
    };

    private static FlowMove ToMessage(Move move) => new() { Kind = move.Kind, Step = move.Step, Move = move.Name, NextStep = move.Next, Roles = { FlowRules.OwnersOf(move.Step) } };
}
