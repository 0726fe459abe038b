using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>What kinds of long work a service does: kind → handler. The handler returns its result message, or null.</summary>
public sealed record JobKind(string Kind, Func<IServiceProvider, JobRun, Task<IMessage?>> Run);

/// <summary>An operation as it stands in the table.</summary>
public sealed class OperationRow
{
    public string Id { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Owner { get; set; } = "";
    public string Caller { get; set; } = "";
    public byte[] Argument { get; set; } = [];
    public bool Done { get; set; }
    public long ProgressDone { get; set; }
    public long ProgressTotal { get; set; }
    public byte[]? Error { get; set; }
    public string? Result { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public bool CancelRequested { get; set; }
}

/// <summary>
/// A run of an operation. The handler works in steps: each step is one WriteAsync that also calls ProgressAsync, so the
/// progress stands exactly where the committed work stands, and after a restart the run goes on from ProgressDone.
/// </summary>
public sealed class JobRun(OperationRow row, Caller caller)
{
    private const string MoveOn = """
        UPDATE operations SET progress_done = @Done, progress_total = @Total, updated_us = @Now, lease_until_us = @Until
        WHERE id = @Id AND done = 0
        """;
    private const string CancelAsked = "SELECT cancel_requested FROM operations WHERE id = @Id";

    public string Id => row.Id;

    public Caller Caller { get; } = caller;

    public byte[] Argument => row.Argument;

    /// <summary>Items done by an earlier run that a restart cut off.</summary>
    public long ProgressDone => row.ProgressDone;

    /// <summary>Records the progress of this step; throws OperationCanceledException (and so rolls the step back) once somebody asked to cancel.</summary>
    public async Task ProgressAsync(Tx tx, long done, long total)
    {
        if (await tx.ScalarAsync<bool>(CancelAsked, new { row.Id }))
            throw new OperationCanceledException();
        await tx.ExecuteAsync(MoveOn, new { Done = done, Total = total, Now = tx.NowMicros, Until = (tx.Now + Jobs.Lease).Micros(), row.Id });
    }
}

/// <summary>Long work 长任务 that survives restarts, reports progress and can be cancelled.</summary>
public static class Jobs
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private const string Insert = """
        INSERT INTO operations (id, kind, owner, caller, argument, done, progress_done, progress_total, created_us, updated_us, lease_until_us, cancel_requested)
        VALUES (@Id, @Kind, @Owner, @Caller, @Argument, 0, 0, @Total, @Now, @Now, 0, 0)
        """;

    private const string UpdateTotal = "UPDATE operations SET progress_total = @total WHERE id = @id";

    public static IServiceCollection AddJob(this IServiceCollection services, string kind, Func<IServiceProvider, JobRun, Task<IMessage?>> run) =>
        services.AddSingleton(new JobKind(kind, run));

    /// <summary>Writes the operation; it starts within a second of the commit.</summary>
    public static async Task<Operation> StartJobAsync(this Tx tx, Caller caller, string service, string kind, byte[] argument, long total = 0)
    {
        var row = new OperationRow
        {
            Id = tx.NewId(),
            Kind = kind,
            Owner = caller.Subject,
            Caller = JsonSerializer.Serialize(caller),
            Argument = argument,
            ProgressTotal = total,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        await tx.ExecuteAsync(Insert, new { row.Id, row.Kind, row.Owner, row.Caller, row.Argument, Total = total, Now = tx.NowMicros });
        return ToMessage(row, service);
    }

    /// <summary>How many items the operation has, known in the transaction that starts it: its progress can be shown before its first step.</summary>
    public static async Task SetTotalAsync(this Tx tx, Operation operation, long total)
    {
        await tx.ExecuteAsync(UpdateTotal, new { id = operation.Name[(operation.Name.LastIndexOf('/') + 1)..], total });
        operation.ProgressTotal = total;
    }

    public static Operation ToMessage(OperationRow row, string service) => new()
    {
        Name = $"{service}/operations/{row.Id}",
        Kind = row.Kind,
        Done = row.Done,
        ProgressDone = row.ProgressDone,
        ProgressTotal = row.ProgressTotal,
        Error = row.Error is null ? null : Google.Rpc.Status.Parser.ParseFrom(row.Error),
        ResultJson = row.Result ?? "",
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        CancelRequested = row.CancelRequested,
        Owner = row.Owner,
        // Whose it is to be told, the whole caller was read.
        OwnerName = row.Caller.Length > 0 ? JsonSerializer.Deserialize<Caller>(row.Caller)!.Name : "",
    };
}

/// <summary>Claims operations that nobody works on and runs them, one at a time for each instance.</summary>
public sealed class JobWorker(Db db, IServiceProvider services, IEnumerable<JobKind> kinds, ILogger<JobWorker> logger) : BackgroundService
{
    private const string SelectDue = """
        SELECT id AS Id, kind AS Kind, owner AS Owner, caller AS Caller, argument AS Argument, done AS Done, progress_done AS ProgressDone,
               progress_total AS ProgressTotal, created_us AS CreatedUs, updated_us AS UpdatedUs, cancel_requested AS CancelRequested
        FROM operations WHERE done = 0 AND lease_until_us < @now ORDER BY id LIMIT @n
        """;
    private const string Claim = "UPDATE operations SET lease_until_us = @Until WHERE id = @Id AND done = 0 AND lease_until_us < @Now";
    private const string Finish = """
        UPDATE operations SET done = 1, error = @Error, result = @Result, updated_us = @Now, argument = @Nothing WHERE id = @Id AND done = 0
        """;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, JobKind> byKind = kinds.ToDictionary(k => k.Kind);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (!stoppingToken.IsCancellationRequested && await RunNextAsync())
                {
                }
            }
            catch (Exception e)
            {
                logger.LogError(e, "The operations could not be worked on");
            }
        }
    }

    private async Task<bool> RunNextAsync()
    {
        var due = await db.ReadAsync(s => s.QueryAsync<OperationRow>(SelectDue, new { now = db.Clock.NowMicros(), n = 1 }));
        if (due is not [var row])
            return false;
        var claimed = await db.WriteAsync(tx => tx.ExecuteAsync(Claim, new { row.Id, Now = tx.NowMicros, Until = (tx.Now + Jobs.Lease).Micros() }));
        if (claimed == 1)
            await RunAsync(row);
        return true;
    }

    private async Task RunAsync(OperationRow row)
    {
        string? result = null;
        Refusal? refused = null;
        try
        {
            var kind = byKind.GetValueOrDefault(row.Kind) ?? throw new InvalidOperationException($"There is no job kind {row.Kind}.");
            var asked = JsonSerializer.Deserialize<Caller>(row.Caller)!;
            // Whose organisation was moved since he asked sees where it is now.
            var path = await db.ReadAsync(s => Places.NowAsync(s, asked.Scope.Path));
            var caller = asked with { Scope = asked.Scope with { Path = path } };
            result = await kind.Run(services, new JobRun(row, caller)) is { } message ? JsonFormatter.Default.Format(message) : null;
        }
        catch (Refusal e)
        {
            refused = e;
        }
        catch (OperationCanceledException)
        {
            refused = new Refusal(StatusCode.Cancelled, "CANCELLED", "任务已取消。", "The operation was cancelled.");
        }
        catch (Exception e)
        {
            logger.LogError(e, "Operation {Id} ({Kind}) failed", row.Id, row.Kind);
            refused = new Refusal(StatusCode.Internal, "INTERNAL", "系统内部错误，请联系管理员。", "Internal error; tell the administrator.");
        }
        var error = refused is null ? null : Errors.ToRpc(refused, Errors.Chinese).GetRpcStatus()?.ToByteArray();
        await db.WriteAsync(tx => tx.ExecuteAsync(Finish, new { row.Id, Error = error, Result = result, Now = tx.NowMicros, Nothing = Array.Empty<byte>() }));
    }
}
