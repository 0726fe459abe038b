using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Gateway.Users;

/// <summary>Where nobody can sign in yet, makes the user "admin" and tells its password on the console, this once.</summary>
public sealed class FirstAdministrator(Db db, Passwords passwords, TextWriter console) : IHostedService
{
    private const string Login = "admin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await db.ReadAsync(UserStore.IsEmptyAsync))
            return;
        var password = Passwords.Make();
        var hash = passwords.Hash(password);
        var made = await db.WriteAsync(tx => MakeAsync(tx, hash), cancellationToken);
        if (made)
            await console.WriteLineAsync($"First administrator: {Login}  password: {password}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<bool> MakeAsync(Tx tx, string hash)
    {
        if (!await UserStore.IsEmptyAsync(tx))
            return false;
        var id = tx.NewId();
        await PersonStore.SaveAsync(tx, new PersonRow { Id = id, Name = "管理员", OrganisationId = "hq", Roles = Roles.Administrator, ScopePath = "/hq/", Active = true });
        await UserStore.InsertAsync(tx, new UserRow { Id = id, Login = Login, PersonId = id, PasswordHash = hash, PasswordTemporary = false, CreatedUs = tx.NowMicros });
        await tx.AuditAsync(Caller.System, "user.create", $"users/{id}", "/hq/", null, new { Login });
        return true;
    }
}
