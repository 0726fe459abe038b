using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Attachments;

/// <summary>What the manuals leave to be set about attachments.</summary>
/// <param name="MaxBytes">Contract:AttachmentMaxBytes: the largest file; 20 MB unless set. What comes over REST is never larger than 20 MB.</param>
public sealed record AttachmentSettings(long MaxBytes);

/// <summary>Attachments 附件 of agreements.</summary>
public sealed class AttachmentService(Db db, ContentFolder folder, FileScan scan, AttachmentSettings settings) : V1.AttachmentService.AttachmentServiceBase
{
    /// <summary>Attachments of one agreement at most.</summary>
    private const int Most = 200;

    public override Task<Attachment> CreateAttachment(CreateAttachmentRequest request, ServerCallContext context) =>
        AddAsync(context, new UploadAttachmentRequest { Parent = request.Parent, FileName = request.FileName, RequestId = request.RequestId }, ContentTransfer.OnceAsync(request.File.Data.Memory));

    public override async Task<Attachment> UploadAttachment(IAsyncStreamReader<UploadAttachmentRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
            throw Errors.Invalid("parent", "必填", "is required", "REQUIRED");
        var first = requestStream.Current;
        // What the platform checks of requests that come whole.
        Errors.ThrowIfAny([.. RequestRules.Check(new CreateAttachmentRequest { Parent = first.Parent, FileName = first.FileName, RequestId = first.RequestId, File = new HttpBody { Data = ByteString.CopyFromUtf8("-") } })]);
        return await AddAsync(context, first, ContentTransfer.PiecesAsync(first, requestStream, message => message.Data, context.CancellationToken));
    }

    public override async Task<Attachment> GetAttachment(GetAttachmentRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => FindAsync(s, context.Caller(), request.Name)));

    public override async Task<ListAttachmentsResponse> ListAttachments(ListAttachmentsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        if (caller.PartnerId is not null)
            throw Errors.NotFound(request.Parent);
        var rows = await db.ReadAsync(async s =>
        {
            var agreement = await AgreementStore.SeenAsync(s, Ids.Of(request.Parent, "agreements"), caller, ChinaTime.Today(db.Clock)) ?? throw Errors.NotFound(request.Parent);
            return await AttachmentStore.ListAsync(s, agreement.Id, page);
        });
        var next = page.Cut(rows, row => row.Id);
        return new ListAttachmentsResponse { Attachments = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task DownloadAttachment(DownloadAttachmentRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var row = await db.ReadAsync(s => FindAsync(s, context.Caller(), request.Name));
        await ContentTransfer.SendAsync(folder, new KeptContent(row.FileName, row.MediaType, row.SizeBytes, row.Sha256), request.Offset, request.Length, responseStream, context);
    }

    public override Task<Empty> DeleteAttachment(DeleteAttachmentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, caller, request.Name);
            var agreement = await AgreementStore.GetAsync(tx, row.AgreementId, caller) ?? throw Errors.NotFound(request.Name);
            if (AgreementRules.Refuse(AgreementAction.Detach, agreement, caller, []) is { } refusal)
                throw refusal;
            await AttachmentStore.DeleteAsync(tx, row.Id);
            await NoteAsync(tx, caller, agreement, "detach", row);
            return new Empty();
        }, context.CancellationToken);
    }

    /// <summary>Receives, checks, keeps the file, and only then writes the row that speaks of it.</summary>
    private async Task<Attachment> AddAsync(ServerCallContext context, UploadAttachmentRequest asked, IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var caller = context.Caller();
        var id = Ids.Of(asked.Parent, "agreements");
        // Refused before megabytes are read; the write looks again.
        Attachable(await db.ReadAsync(s => AgreementStore.GetAsync(s, id, caller)), asked.Parent, caller);
        var received = await folder.ReceiveAsync(pieces, settings.MaxBytes);
        try
        {
            var mediaType = ContentTransfer.TypeOf(received, asked.FileName);
            await scan.CheckAsync(received.Path);
            folder.Keep(received);
            // The stored reply is for the same file, whichever way it came.
            var identity = new Attachment { Name = asked.Parent, FileName = asked.FileName, Sha256 = received.Sha256 };
            return await db.WriteOnceAsync(context, identity, asked.RequestId, async tx =>
            {
                var agreement = Attachable(await AgreementStore.GetAsync(tx, id, caller), asked.Parent, caller);
                if (await AttachmentStore.CountAsync(tx, id) >= Most)
                    throw Errors.Precondition("TOO_MANY_ATTACHMENTS", $"一份协议最多 {Most} 个附件。", $"An agreement has at most {Most} attachments.");
                var row = new AttachmentRow
                {
                    Id = tx.NewId(),
                    AgreementId = id,
                    FileName = Path.GetFileName(asked.FileName),
                    MediaType = mediaType,
                    SizeBytes = received.Size,
                    Sha256 = received.Sha256,
                    UploaderId = AgreementRow.Actor(caller),
                    UploaderName = caller.Name,
                    CreatedUs = tx.NowMicros,
                };
                await AttachmentStore.InsertAsync(tx, row);
                await NoteAsync(tx, caller, agreement, "attach", row);
                return ToMessage(row);
            });
        }
        finally
        {
            ContentFolder.Drop(received);
        }
    }

    private static AgreementRow Attachable(AgreementRow? row, string name, Caller caller) =>
        row is null ? throw Errors.NotFound(name) : AgreementRules.Refuse(AgreementAction.Attach, row, caller, []) is { } refusal ? throw refusal : row;

    /// <summary>Who adds to a draft or takes off takes part in it; reviewers see it in the timeline.</summary>
    private static async Task NoteAsync(Tx tx, Caller caller, AgreementRow agreement, string action, AttachmentRow row)
    {
        if (AgreementRules.IsBeingWritten(agreement))
            agreement.WrittenBy(caller);
        agreement.UpdatedUs = tx.NowMicros;
        agreement.Note(tx.NowMicros, action, caller, row.FileName);
        await AgreementStore.UpdateAsync(tx, agreement);
        await tx.PublishAsync(AgreementMessages.Changed(agreement));
        await tx.AuditAsync(caller, $"agreement.{action}", $"agreements/{agreement.Id}", agreement.ScopePath, agreement.AssigneeId, new { row.FileName, row.SizeBytes, row.Sha256 });
    }

    private async Task<AttachmentRow> FindAsync(Session session, Caller caller, string name)
    {
        // Calculations and minutes are among them: people outside get their copy from us.
        if (caller.PartnerId is not null)
            throw Errors.NotFound(name);
        var (agreementId, id) = name.Split('/') is [_, var agreement, _, var attachment] ? (agreement, attachment) : throw Errors.NotFound(name);
        return await AgreementStore.SeenAsync(session, agreementId, caller, ChinaTime.Today(db.Clock)) is { } found && await AttachmentStore.GetAsync(session, found.Id, id) is { } row
            ? row : throw Errors.NotFound(name);
    }

    private static Attachment ToMessage(AttachmentRow row) => new()
    {
        Name = $"agreements/{row.AgreementId}/attachments/{row.Id}",
        FileName = row.FileName,
        MediaType = row.MediaType,
        SizeBytes = row.SizeBytes,
        Sha256 = row.Sha256,
        Uploader = row.UploaderId,
        UploaderName = row.UploaderName,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };
}
