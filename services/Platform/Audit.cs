using System.Text.Json;

namespace Qudao.Platform;

/// <summary>The audit trail 操作记录: who did what to which resource, written in the transaction that does it.</summary>
public static class Audit
{
    private const string Insert = """
        INSERT INTO audit (id, at_us, actor, actor_name, action, resource, scope_path, assignee_id, detail, source)
        VALUES (@Id, @At, @Actor, @ActorName, @Action, @Resource, @ScopePath, @AssigneeId, @Detail, @Source)
        """;

    /// <param name="action">Noun and verb, for example "partner.stage".</param>
    /// <param name="resource">Resource name, for example "partners/01k…".</param>
    /// <param name="detail">What changed, as an object that reads well as JSON; no secrets.</param>
    public static Task AuditAsync(this Tx tx, Caller caller, string action, string resource, string scopePath, string? assigneeId, object detail) =>
        tx.ExecuteAsync(Insert, new
        {
            Id = tx.NewId(),
            At = tx.NowMicros,
            Actor = caller.Subject,
            ActorName = caller.Name,
            Action = action,
            Resource = resource,
            ScopePath = scopePath,
            AssigneeId = assigneeId,
            Detail = JsonSerializer.Serialize(detail, EventJson.Options),
            caller.Source,
        });
}
