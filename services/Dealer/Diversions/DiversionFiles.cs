using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Dealer.Diversions;

/// <summary>Evidence 证据 of cases: files kept by their content, as they were received.</summary>
public sealed class DiversionFiles(Db db, ContentFolder folder, FileScan scan)
{
    /// <summary>Files of one case at most.</summary>
    private const int Most = 200;

    /// <summary>Receives, checks, keeps the file, and only then writes the row that speaks of it.</summary>
    public async Task<DiversionEvidence> AddAsync(CreateDiversionEvidenceRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        // Refused before megabytes are written; the write looks again.
        (await db.ReadAsync(s => DiversionCase.GetAsync(s, request.Parent, caller))).Require(DiversionAction.Attach, caller);
        var received = await folder.ReceiveAsync(ContentTransfer.OnceAsync(request.File.Data.Memory), Rest.MaxFile);
        try
        {
            var mediaType = ContentTransfer.TypeOf(received, request.FileName);
            await scan.CheckAsync(received.Path);
            folder.Keep(received);
            return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
            {
                var found = await DiversionCase.GetAsync(tx, request.Parent, caller);
                var who = found.Require(DiversionAction.Attach, caller);
                if (await DiversionFileStore.CountAsync(tx, found.Row.Id) >= Most)
                    throw Errors.Precondition("TOO_MANY_FILES", $"一个案件最多 {Most} 份证据。", $"A case has at most {Most} files.");
                var row = new DiversionEvidenceRow
                {
                    Id = tx.NewId(),
                    CaseId = found.Row.Id,
                    Side = SideOf(who),
                    FileName = Path.GetFileName(request.FileName),
                    MediaType = mediaType,
                    SizeBytes = received.Size,
                    Sha256 = received.Sha256,
                    AuthorName = caller.Name,
                    CreatedUs = tx.NowMicros,
                };
                await DiversionFileStore.InsertAsync(tx, row);
                await found.NoteAsync(tx, "evidence", new { row.FileName, row.SizeBytes, row.Sha256, row.Side }, caller);
                return DiversionMessages.Of(row);
            });
        }
        finally
        {
            ContentFolder.Drop(received);
        }
    }

    public async Task<ListDiversionEvidenceResponse> ListAsync(ListDiversionEvidenceRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return await db.ReadAsync(async s =>
        {
            var found = await DiversionCase.GetAsync(s, request.Parent, caller);
            var rows = await DiversionFileStore.EvidenceAsync(s, found.Row.Id, Seen(found.WhoIs(caller)), page.After, page.Fetch);
            var reply = new ListDiversionEvidenceResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Evidence.Add(rows.Select(DiversionMessages.Of));
            return reply;
        });
    }

    public async Task SendAsync(string name, IServerStreamWriter<HttpBody> stream, ServerCallContext context)
    {
        var caller = context.Caller();
        if (name.Split('/') is not ["diversions", var caseId, "evidence", var id])
            throw Errors.Invalid("name", "名称应为 diversions/…/evidence/…", "must be diversions/…/evidence/…", "BAD_FORMAT");
        var row = await db.ReadAsync(async s =>
        {
            var found = await DiversionCase.GetAsync(s, $"diversions/{caseId}", caller);
            return await DiversionFileStore.GetAsync(s, caseId, id, Seen(found.WhoIs(caller)));
        }) ?? throw Errors.NotFound(name);
        await ContentTransfer.SendAsync(folder, new KeptContent(row.FileName, row.MediaType, row.SizeBytes, row.Sha256), 0, 0, stream, context);
    }

    private static string SideOf(DiversionWho who) => EnumText.Of(
        who.HasFlag(DiversionWho.Staff) ? DiversionSide.Company : who.HasFlag(DiversionWho.Accused) ? DiversionSide.Accused : DiversionSide.Claimant);

    /// <summary>People outside see their own side's files.</summary>
    private static string Seen(DiversionWho who) => who.HasFlag(DiversionWho.Staff) ? "" : SideOf(who);
}
