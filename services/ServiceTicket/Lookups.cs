using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.ServiceTicket;

/// <summary>What other services are asked on the caller's behalf, where a field of a request names it.</summary>
internal static class Lookups
{
    /// <summary>What was asked for; null when it is not there, or not for the caller to see.</summary>
    public static async Task<T?> OrNullAsync<T>(this AsyncUnaryCall<T> asked)
        where T : class
    {
        try
        {
            return await asked;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The organisation that a field names; refuses the field when it is not there for the caller.</summary>
    public static async Task<Organisation> FindOrganisationAsync(this OrganisationService.OrganisationServiceClient organisations, string field, string name, ServerCallContext context) =>
        await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = name }, cancellationToken: context.CancellationToken).OrNullAsync() ?? throw Missing(field, name);

    /// <summary>The member of staff that a field names; refuses the field when it is nobody the caller may give anything to.</summary>
    public static async Task<Staff> FindStaffAsync(this StaffService.StaffServiceClient staff, string field, string name, ServerCallContext context) =>
        await staff.GetStaffAsync(new GetStaffRequest { Name = name }, cancellationToken: context.CancellationToken).OrNullAsync() is { Active: true, Partner: "" } person
            ? person : throw Missing(field, name);

    /// <summary>The field that names it names nothing.</summary>
    public static Refusal Missing(string field, string name) =>
        Errors.Invalid(field, $"找不到 {name}，或者它不在您的管理范围内", $"{name} was not found, or is outside your scope", "NOT_FOUND");
}
