using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Gateway.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Gateway.Backups;

/// <summary>Backups 备份 of a house in one process. They hold everything: only who sees the whole tree has to do with them.</summary>
public sealed class BackupService(Db db, IServiceProvider services) : V1.BackupService.BackupServiceBase
{
    public override Task<Operation> CreateBackup(CreateBackupRequest request, ServerCallContext context)
    {
        var (caller, _) = Enter(context);
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var operation = await tx.StartJobAsync(caller, "gateway", BackupJob.Kind, []);
            await tx.AuditAsync(caller, "backup.create", operation.Name, "/hq/", null, new { });
            return operation;
        });
    }

    public override Task<ListBackupsResponse> ListBackups(ListBackupsRequest request, ServerCallContext context)
    {
        var (caller, folder) = Enter(context);
        var page = Page.From(request, caller);
        var files = folder.All().Where(file => page.After.Length == 0 || string.CompareOrdinal(file.Id, page.After) < 0).Take(page.Fetch).ToList();
        var reply = new ListBackupsResponse { NextPageToken = page.Cut(files, file => file.Id) };
        reply.Backups.Add(files.Select(file => file.ToMessage()));
        return Task.FromResult(reply);
    }

    public override async Task DownloadBackup(DownloadBackupRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var (caller, folder) = Enter(context);
        var file = Find(folder, request.Name);
        await db.WriteAsync(tx => tx.AuditAsync(caller, "backup.download", request.Name, "/hq/", null, new { file.Size }), context.CancellationToken);
        var content = new KeptContent($"qudao-{file.Id}.zip", "application/zip", file.Size, "");
        await ContentTransfer.SendAsync(() => new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), content, request.Offset, request.Length, responseStream, context);
    }

    public override async Task<Empty> DeleteBackup(DeleteBackupRequest request, ServerCallContext context)
    {
        var (caller, folder) = Enter(context);
        var file = Find(folder, request.Name);
        await db.WriteAsync(tx => tx.AuditAsync(caller, "backup.delete", request.Name, "/hq/", null, new { file.Size, file.Scheduled }), context.CancellationToken);
        File.Delete(file.Path);
        return new Empty();
    }

    private (Caller Caller, BackupFolder Folder) Enter(ServerCallContext context)
    {
        var caller = context.Caller();
        if (!caller.Scope.IsWhole)
            throw Errors.Denied("whole");
        return (caller, services.GetService<BackupFolder>()
            ?? throw Errors.Precondition("BACKUP_ELSEWHERE", "服务分开运行时，请用数据库服务器自身的方式备份。", "Where the services run apart, back up their databases by the database server's own means."));
    }

    private static BackupFile Find(BackupFolder folder, string name) => folder.Find(Ids.Of(name, "backups")) ?? throw Errors.NotFound(name);
}
