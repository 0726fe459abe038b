using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Comments;

/// <summary>Comments 备注, and what a client's reply brings about.</summary>
internal static class CommentWork
{
    /// <summary>Writes the comment.</summary>
    /// <returns>Its entry; of a late reply, the first entry of the ticket it opened.</returns>
    public static async Task<EntryRow> AddAsync(Tx tx, Caller caller, AddTicketCommentRequest request, TicketSettings settings)
    {
        var row = await TicketChange.SettledAsync(tx, request.Name, "", caller);
        // Whoever answers the merged one means the matter, and that goes on elsewhere.
        while (row.MergedInto is { } into)
            row = await TicketChange.SettledAsync(tx, $"tickets/{into}", "", caller);
        var fromClient = request.FromClient || request.Reopen || TicketRules.IsOutside(caller);
        switch (CommentRules.FateOf(Words.Parse<TicketState>(row.State), fromClient, request.Reopen, settings.IsPast(row, tx.NowMicros)))
        {
            case CommentFate.OpensAnother:
                return await OpenAnotherAsync(tx, caller, row, request.Text);
            case CommentFate.Resumes:
                await ResumeAsync(tx, caller, row);
                break;
            case CommentFate.Reopens:
                await TicketRounds.ReopenAsync(tx, caller, row, "客户反映问题未解决");
                break;
        }
        var entry = TicketChange.Entry(TicketEntryType.Commented, request.Text, request.Internal);
        await TicketLedger.SaveAsync(tx, caller, row, entry, new { row.Number, request.Internal, FromClient = fromClient });
        return entry;
    }

    /// <summary>The old ticket says where the reply went, and is otherwise left as it is.</summary>
    private static async Task<EntryRow> OpenAnotherAsync(Tx tx, Caller caller, TicketRow old, string text)
    {
        var row = TicketOpening.RowOf(old, TicketLink.LateReply, old.Kind, Shortened($"回复：{old.Subject}"), text);
        var entry = await TicketOpening.OpenAsync(tx, caller, row);
        await TicketLedger.SaveAsync(tx, caller, old, TicketChange.Entry(TicketEntryType.LateReply, row.Number), new { old.Number, Opened = row.Number });
        return entry;
    }

    private static async Task ResumeAsync(Tx tx, Caller caller, TicketRow row)
    {
        row.State = Words.Of(TicketRules.Next(TicketState.Waiting, TicketAction.Resume));
        await TicketChange.EndPauseAsync(tx, row);
        await TicketLedger.SaveAsync(tx, caller, row, TicketChange.Entry(TicketEntryType.Resumed, "客户已回复"), new { row.Number });
    }

    private static string Shortened(string subject) => subject.Length <= 100 ? subject : subject[..100];
}
