using Qudao.Platform;

namespace Qudao.Gateway.Access;

/// <summary>The roles as they are now, read again every second: so long another gateway's change takes to be felt at most.</summary>
public sealed class RoleBook(Db db)
{
    private const long FreshUs = 1_000_000;

    private Reading? last;

    public async ValueTask<RoleDefinitions> NowAsync()
    {
        var now = db.Clock.NowMicros();
        if (last is { } reading && now - reading.AtUs is >= 0 and < FreshUs)
            return reading.Roles;
        var roles = new RoleDefinitions(await db.ReadAsync(RoleStore.AllAsync));
        last = new Reading(roles, now);
        return roles;
    }

    /// <summary>A role was changed here: the next who asks reads it.</summary>
    public void Forget() => last = null;

    private sealed record Reading(RoleDefinitions Roles, long AtUs);
}
