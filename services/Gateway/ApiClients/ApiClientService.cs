using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Gateway.Access;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.ApiClients;

/// <summary>API clients 接口客户端: partner systems and other machines.</summary>
public sealed class ApiClientService(Db db, RoleBook roles, SignedInSessions sessions, Quotas quotas, OrganisationService.OrganisationServiceClient organisations) : V1.ApiClientService.ApiClientServiceBase
{
    public override async Task<ApiClient> CreateApiClient(CreateApiClientRequest request, ServerCallContext context)
    {
        var (caller, asked) = (context.Caller(), request.ApiClient);
        // On the caller's behalf: where he sees nothing, nobody acts for him.
        var place = await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = asked.Organisation }).FoundAsync();
        var known = await roles.NowAsync();
        Errors.ThrowIfAny([.. ApiClientRules.Unknown(asked.Roles, known), .. Errors.MissingIf(place is null, "api_client.organisation", asked.Organisation)]);
        RoleRules.MayGive(caller, asked.Roles.SelectMany(known.PermissionsOf));
        var secret = "";
        var made = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            secret = ApiClientRules.New(ApiClientRules.SecretPrefix);
            var row = new ApiClientRow
            {
                Id = tx.NewId(),
                DisplayName = asked.DisplayName,
                OrganisationId = Ids.Of(asked.Organisation, "organisations"),
                ScopePath = await Places.NowAsync(tx, place!.ScopePath),
                Roles = Join(asked.Roles),
                RequestsPerSecond = asked.RequestsPerSecond,
                RequestsPerDay = asked.RequestsPerDay,
                RequestsPerMonth = asked.RequestsPerMonth,
                CreatedUs = tx.NowMicros,
            };
            await ApiClientStore.InsertAsync(tx, row);
            await AddSecretAsync(tx, row.Id, secret);
            await AuditAsync(tx, caller, row, "api-client.create", new { row.DisplayName, row.Roles, asked.Organisation });
            return ToMessage((await ApiClientStore.ByIdAsync(tx, row.Id))!);
        });
        // Not part of the stored reply: a secret is nowhere kept as text.
        made.Secret = secret;
        return made;
    }

    public override async Task<ApiClient> GetApiClient(GetApiClientRequest request, ServerCallContext context) => ToMessage(await VisibleAsync(request.Name, context));

    public override async Task<ListApiClientsResponse> ListApiClients(ListApiClientsRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => ApiClientStore.PageAsync(s, page, context.Caller().Scope));
        var reply = new ListApiClientsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.ApiClients.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<ApiClient> UpdateApiClient(UpdateApiClientRequest request, ServerCallContext context)
    {
        var (asked, paths, known) = (request.ApiClient, ApiClientRules.Paths(request.UpdateMask), await roles.NowAsync());
        if (paths.Contains("roles"))
        {
            Errors.ThrowIfAny([.. ApiClientRules.Unknown(asked.Roles, known)]);
            RoleRules.MayGive(context.Caller(), asked.Roles.SelectMany(known.PermissionsOf));
        }
        return await ChangeAsync(asked.Name, context, "api-client.update", (row, _) =>
        {
            Etag.Check(asked.Etag, row.Version, asked.Name);
            row.DisplayName = paths.Contains("display_name") ? asked.DisplayName : row.DisplayName;
            row.Roles = paths.Contains("roles") ? Join(asked.Roles) : row.Roles;
            row.RequestsPerSecond = paths.Contains("requests_per_second") ? asked.RequestsPerSecond : row.RequestsPerSecond;
            row.RequestsPerDay = paths.Contains("requests_per_day") ? asked.RequestsPerDay : row.RequestsPerDay;
            row.RequestsPerMonth = paths.Contains("requests_per_month") ? asked.RequestsPerMonth : row.RequestsPerMonth;
            return Task.CompletedTask;
        });
    }

    public override Task<ApiClient> DisableApiClient(DisableApiClientRequest request, ServerCallContext context) =>
        ChangeAsync(request.Name, context, "api-client.disable", (row, _) =>
        {
            row.Disabled = true;
            return Task.CompletedTask;
        });

    public override Task<ApiClient> EnableApiClient(EnableApiClientRequest request, ServerCallContext context) =>
        ChangeAsync(request.Name, context, "api-client.enable", (row, _) =>
        {
            row.Disabled = false;
            return Task.CompletedTask;
        });

    public override async Task<ApiClient> DeleteApiClient(DeleteApiClientRequest request, ServerCallContext context)
    {
        var row = await VisibleAsync(request.Name, context);
        await db.WriteAsync(async tx =>
        {
            await CredentialStore.DeleteOfClientAsync(tx, row.Id);
            await UsageStore.DeleteOfClientAsync(tx, row.Id);
            await ApiClientStore.DeleteAsync(tx, row.Id);
            await AuditAsync(tx, context.Caller(), row, "api-client.delete", new { row.DisplayName });
        }, context.CancellationToken);
        sessions.Forget(row.Id);
        return ToMessage(row);
    }

    public override async Task<ApiClient> RotateApiClientSecret(RotateApiClientSecretRequest request, ServerCallContext context)
    {
        var secret = ApiClientRules.New(ApiClientRules.SecretPrefix);
        await MayActForAsync(request.Name, context);
        var rotated = await ChangeAsync(request.Name, context, "api-client.rotate-secret", async (row, tx) =>
        {
            await CredentialStore.EndSecretsAsync(tx, row.Id, tx.Now.AddHours(request.OverlapHours).Micros());
            await AddSecretAsync(tx, row.Id, secret);
        });
        rotated.Secret = secret;
        return rotated;
    }

    public override async Task<ApiClientUsage> GetApiClientUsage(GetApiClientUsageRequest request, ServerCallContext context) => await UsageAsync(await VisibleAsync(request.Name, context));

    public override async Task<ApiClientUsage> GetOwnUsage(GetOwnUsageRequest request, ServerCallContext context) =>
        await UsageAsync(await db.ReadAsync(s => ApiClientStore.ByIdAsync(s, context.Caller().Subject))
            ?? throw Errors.Precondition("NOT_AN_API_CLIENT", "只有接口客户端有用量。", "Only API clients have quotas."));

    public override async Task<ApiKey> CreateApiKey(CreateApiKeyRequest request, ServerCallContext context)
    {
        var client = await MayActForAsync(request.Parent, context);
        var told = "";
        var made = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            (told, var row) = await AddKeyAsync(tx, client, request.ApiKey.DisplayName, ApiClientRules.Expires(request.ApiKey.ExpireTime, tx.Now));
            await AuditAsync(tx, context.Caller(), client, "api-key.create", new { row.DisplayName, row.Prefix });
            return ToMessage(row);
        });
        made.Key = told;
        return made;
    }

    public override async Task<ListApiKeysResponse> ListApiKeys(ListApiKeysRequest request, ServerCallContext context)
    {
        var client = await VisibleAsync(request.Parent, context);
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => CredentialStore.KeysAsync(s, page, client.Id));
        var reply = new ListApiKeysResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.ApiKeys.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<ApiKey> RotateApiKey(RotateApiKeyRequest request, ServerCallContext context)
    {
        var (client, key) = await KeyAsync(request.Name, context);
        await MayActForAsync($"apiClients/{client.Id}", context);
        var told = "";
        var made = await db.WriteAsync(async tx =>
        {
            // The new one lives as long as the old one was meant to.
            var expires = tx.NowMicros + (key.ExpiresUs > tx.NowMicros ? key.ExpiresUs - key.CreatedUs : ApiClientRules.Expires(null, tx.Now) - tx.NowMicros);
            (told, var row) = await AddKeyAsync(tx, client, key.DisplayName, expires);
            await CredentialStore.EndAsync(tx, key.Id, tx.Now.AddHours(request.OverlapHours).Micros());
            await AuditAsync(tx, context.Caller(), client, "api-key.rotate", new { row.DisplayName, Old = key.Prefix, New = row.Prefix, request.OverlapHours });
            return ToMessage(row);
        }, context.CancellationToken);
        sessions.Forget(client.Id);
        made.Key = told;
        return made;
    }

    public override async Task<ApiKey> RevokeApiKey(RevokeApiKeyRequest request, ServerCallContext context)
    {
        var (client, key) = await KeyAsync(request.Name, context);
        var revoked = await db.WriteAsync(async tx =>
        {
            await CredentialStore.EndAsync(tx, key.Id, tx.NowMicros);
            await AuditAsync(tx, context.Caller(), client, "api-key.revoke", new { key.DisplayName, key.Prefix });
            return ToMessage((await CredentialStore.GetKeyAsync(tx, client.Id, key.Id))!);
        }, context.CancellationToken);
        sessions.Forget(client.Id);
        return revoked;
    }

    private static string Join(IEnumerable<string> roles) => $",{string.Join(',', roles)},";

    private static Task AddSecretAsync(Tx tx, string client, string secret) => CredentialStore.InsertAsync(tx, new CredentialRow
    {
        Id = tx.NewId(),
        ClientId = client,
        Kind = CredentialRow.Secret,
        Hash = SignedInSessions.Hash(secret),
        CreatedUs = tx.NowMicros,
        ExpiresUs = long.MaxValue,
    });

    private static async Task<(string Told, CredentialRow Row)> AddKeyAsync(Tx tx, ApiClientRow client, string displayName, long expires)
    {
        var (key, prefix) = ApiClientRules.NewKey();
        var row = new CredentialRow
        {
            Id = tx.NewId(),
            ClientId = client.Id,
            Kind = CredentialRow.Key,
            DisplayName = displayName,
            Prefix = prefix,
            Hash = SignedInSessions.Hash(key),
            CreatedUs = tx.NowMicros,
            ExpiresUs = expires,
        };
        await CredentialStore.InsertAsync(tx, row);
        return (key, row);
    }

    private static Task AuditAsync(Tx tx, Caller caller, ApiClientRow row, string action, object detail) =>
        tx.AuditAsync(caller, action, $"apiClients/{row.Id}", row.ScopePath, null, detail);

    private async Task<ApiClient> ChangeAsync(string name, ServerCallContext context, string action, Func<ApiClientRow, Tx, Task> change)
    {
        var row = await VisibleAsync(name, context);
        var before = row.Roles;
        var changed = await db.WriteAsync(async tx =>
        {
            var now = await ApiClientStore.ByIdAsync(tx, row.Id) ?? throw Errors.NotFound(name);
            await change(now, tx);
            await ApiClientStore.UpdateAsync(tx, now);
            await AuditAsync(tx, context.Caller(), now, action, new { now.DisplayName, Before = before, After = now.Roles });
            return ToMessage((await ApiClientStore.ByIdAsync(tx, row.Id))!);
        }, context.CancellationToken);
        sessions.Forget(row.Id);
        return changed;
    }

    private async Task<ApiClientRow> VisibleAsync(string name, ServerCallContext context) =>
        await db.ReadAsync(s => ApiClientStore.GetAsync(s, Ids.Of(name, "apiClients"), context.Caller().Scope)) ?? throw Errors.NotFound(name);

    /// <summary>The client; refuses who could do through it what he may not do himself.</summary>
    private async Task<ApiClientRow> MayActForAsync(string name, ServerCallContext context)
    {
        var client = await VisibleAsync(name, context);
        RoleRules.MayGive(context.Caller(), client.RoleList.SelectMany((await roles.NowAsync()).PermissionsOf));
        return client;
    }

    private async Task<(ApiClientRow Client, CredentialRow Key)> KeyAsync(string name, ServerCallContext context)
    {
        var (id, key) = name.Split('/') is ["apiClients", var first, "keys", var last] ? (first, last) : ("", "");
        return await db.ReadAsync(async s =>
            await ApiClientStore.GetAsync(s, id, context.Caller().Scope) is { } client && await CredentialStore.GetKeyAsync(s, client.Id, key) is { } row ? (client, row) : throw Errors.NotFound(name));
    }

    private async Task<ApiClientUsage> UsageAsync(ApiClientRow row)
    {
        var periods = quotas.Periods;
        var (day, month) = await quotas.UsedAsync(row.Id, periods);
        return new ApiClientUsage
        {
            ApiClient = $"apiClients/{row.Id}",
            Day = new QuotaUsage { Limit = row.RequestsPerDay, Used = day, ResetTime = Timestamp.FromDateTimeOffset(periods.DayEnds) },
            Month = new QuotaUsage { Limit = row.RequestsPerMonth, Used = month, ResetTime = Timestamp.FromDateTimeOffset(periods.MonthEnds) },
        };
    }

    private static ApiClient ToMessage(ApiClientRow row) => new()
    {
        Name = $"apiClients/{row.Id}",
        DisplayName = row.DisplayName,
        Organisation = $"organisations/{row.OrganisationId}",
        Roles = { row.RoleList },
        RequestsPerSecond = (int)row.RequestsPerSecond,
        RequestsPerDay = (int)row.RequestsPerDay,
        RequestsPerMonth = (int)row.RequestsPerMonth,
        ScopePath = row.ScopePath,
        Disabled = row.Disabled,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        Etag = Etag.Of(row.Version),
    };

    private static ApiKey ToMessage(CredentialRow row) => new()
    {
        Name = $"apiClients/{row.ClientId}/keys/{row.Id}",
        DisplayName = row.DisplayName,
        Prefix = row.Prefix,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        ExpireTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.ExpiresUs)),
        LastUseTime = row.LastUsedUs == 0 ? null : Timestamp.FromDateTimeOffset(Clock.FromMicros(row.LastUsedUs)),
    };
}
