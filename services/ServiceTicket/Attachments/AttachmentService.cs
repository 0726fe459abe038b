using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.ServiceTicket.Attachments;

/// <summary>Files 附件 of tickets.</summary>
public sealed class AttachmentService(Db db, ContentFolder folder, FileScan scan, AttachmentSettings settings) : TicketAttachmentService.TicketAttachmentServiceBase
{
    /// <summary>Files of one ticket at most.</summary>
    private const int Most = 100;

    public override Task<TicketAttachment> CreateTicketAttachment(CreateTicketAttachmentRequest request, ServerCallContext context) =>
        AddAsync(context, new UploadTicketAttachmentRequest { Parent = request.Parent, FileName = request.FileName, Internal = request.Internal, RequestId = request.RequestId },
            ContentTransfer.OnceAsync(request.File.Data.Memory));

    public override async Task<TicketAttachment> UploadTicketAttachment(IAsyncStreamReader<UploadTicketAttachmentRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
            throw Errors.Invalid("parent", "必填", "is required", "REQUIRED");
        var first = requestStream.Current;
        // What the platform checks of requests that come whole.
        var whole = new CreateTicketAttachmentRequest { Parent = first.Parent, FileName = first.FileName, Internal = first.Internal, RequestId = first.RequestId, File = new HttpBody { Data = ByteString.CopyFromUtf8("-") } };
        Errors.ThrowIfAny([.. RequestRules.Check(whole), .. AttachmentRules.Create(whole, context.Caller())]);
        return await AddAsync(context, first, ContentTransfer.PiecesAsync(first, requestStream, message => message.Data, context.CancellationToken));
    }

    /// <summary>Receives, checks, keeps the file, and only then writes the row that speaks of it.</summary>
    private async Task<TicketAttachment> AddAsync(ServerCallContext context, UploadTicketAttachmentRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var caller = context.Caller();
        // Refused before megabytes are read; the write looks again.
        await db.ReadAsync(s => TicketChange.FindAsync(s, request.Parent, caller));
        var received = await folder.ReceiveAsync(pieces, settings.MaxBytes);
        try
        {
            var mediaType = ContentTransfer.TypeOf(received, request.FileName);
            await scan.CheckAsync(received.Path);
            folder.Keep(received);
            // The stored reply is for the same file, whichever way it came.
            var identity = new TicketAttachment { Name = request.Parent, FileName = request.FileName, Sha256 = received.Sha256, Internal = request.Internal };
            return await db.WriteOnceAsync(context, identity, request.RequestId, tx => AddAsync(tx, caller, request, received, mediaType));
        }
        finally
        {
            ContentFolder.Drop(received);
        }
    }

    public override async Task<ListTicketAttachmentsResponse> ListTicketAttachments(ListTicketAttachmentsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(async s => await AttachmentStore.ListAsync(s, (await TicketChange.FindAsync(s, request.Parent, caller)).Id, !TicketRules.IsOutside(caller), page));
        var next = page.Cut(rows, row => row.Id);
        return new ListTicketAttachmentsResponse { Attachments = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task DownloadTicketAttachment(DownloadTicketAttachmentRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var row = await db.ReadAsync(async s => (await FindAsync(s, request.Name, context.Caller())).Row);
        await ContentTransfer.SendAsync(folder, new KeptContent(row.FileName, row.MediaType, row.SizeBytes, row.Sha256), request.Offset, request.Length, responseStream, context);
    }

    public override Task<Empty> DeleteTicketAttachment(DeleteTicketAttachmentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var (found, row) = await FindAsync(tx, request.Name, caller);
            // What a closed ticket was settled by stays with it.
            var ticket = await TicketChange.BeginAsync(tx, $"tickets/{found.Id}", "", TicketAction.Split, caller);
            await AttachmentStore.DeleteAsync(tx, row.Id);
            await NoteAsync(tx, caller, ticket, TicketEntryType.FileRemoved, row);
            return new Empty();
        }, context.CancellationToken);
    }

    private static async Task<TicketAttachment> AddAsync(Tx tx, Caller caller, UploadTicketAttachmentRequest request, Received received, string mediaType)
    {
        var ticket = await TicketChange.BeginAsync(tx, request.Parent, "", TicketAction.Comment, caller);
        if (await AttachmentStore.CountAsync(tx, ticket.Id) >= Most)
            throw Errors.Precondition("TOO_MANY_ATTACHMENTS", $"一张工单最多 {Most} 个附件。", $"A ticket has at most {Most} attachments.");
        var row = new AttachmentRow
        {
            Id = tx.NewId(),
            TicketId = ticket.Id,
            FileName = Path.GetFileName(request.FileName),
            MediaType = mediaType,
            SizeBytes = received.Size,
            Sha256 = received.Sha256,
            Internal = request.Internal,
            UploaderName = caller.Name,
            CreatedUs = tx.NowMicros,
        };
        await AttachmentStore.InsertAsync(tx, row);
        await NoteAsync(tx, caller, ticket, TicketEntryType.FileAdded, row);
        return ToMessage(row);
    }

    private static Task NoteAsync(Tx tx, Caller caller, TicketRow ticket, TicketEntryType type, AttachmentRow row) =>
        TicketLedger.SaveAsync(tx, caller, ticket, TicketChange.Entry(type, row.FileName, row.Internal), new { ticket.Number, row.FileName, row.SizeBytes, row.Sha256, row.Internal });

    private static async Task<(TicketRow Ticket, AttachmentRow Row)> FindAsync(Session session, string name, Caller caller)
    {
        var (ticketId, id) = AttachmentRules.Read(name);
        return await TicketStore.GetAsync(session, ticketId, caller.Scope) is { } ticket && await AttachmentStore.GetAsync(session, ticketId, id, !TicketRules.IsOutside(caller)) is { } row
            ? (ticket, row) : throw Errors.NotFound(name);
    }

    private static TicketAttachment ToMessage(AttachmentRow row) => new()
    {
        Name = $"tickets/{row.TicketId}/attachments/{row.Id}",
        FileName = row.FileName,
        MediaType = row.MediaType,
        SizeBytes = row.SizeBytes,
        Sha256 = row.Sha256,
        Internal = row.Internal,
        UploaderDisplayName = row.UploaderName,
        CreateTime = TicketMessages.Time(row.CreatedUs),
    };
}
