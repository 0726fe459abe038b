using Qudao.Gateway.Access;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Events;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Gateway.Webhooks;
using Qudao.Platform;

namespace Qudao.Gateway;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services, WebhookSettings webhooks)
    {
        services.AddRuleBesideFaults<CreateUserRequest>((request, _) => UserRules.Create(UserRules.Normal(request.User.Login), request.User.Staff, request.User.Password));
        services.AddRule<ListEventsRequest>(request => EventRules.Filter(request.Types_, request.After));
        services.AddRule<StreamEventsRequest>(request => EventRules.Filter(request.Types_, request.After));
        services.AddRule<CreateWebhookEndpointRequest>(request => WebhookRules.Create(request.WebhookEndpoint, webhooks));
        services.AddRule<UpdateWebhookEndpointRequest>(request => WebhookRules.Update(request.WebhookEndpoint, request.UpdateMask, webhooks));
        services.AddRule<ChangePasswordRequest>(request => UserRules.Change(request.OldPassword, request.NewPassword));
        services.AddRule<CreateRoleRequest>(RoleRules.Create);
        services.AddRule<UpdateRoleRequest>(RoleRules.Update);
        services.AddRule<CreateApiClientRequest>(ApiClientRules.Create);
        services.AddRule<UpdateApiClientRequest>(ApiClientRules.Update);
        services.AddRule<CreateApiKeyRequest>(ApiClientRules.CreateKey);
    }
}
