using Qudao.Platform;

namespace Qudao.Gateway.Users;

/// <summary>Everything that somebody may do, of all that the contracts ask permission for.</summary>
public static class OwnPermissions
{
    private static readonly Lazy<IReadOnlyList<string>> All = new(() =>
    [
        .. OpenApi.Services(Protoset.Contracts).SelectMany(service => service.Methods).Select(Calls.Permission)
            .Where(permission => permission.Contains('.', StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal),
    ]);

    public static IEnumerable<string> Of(Caller caller) => All.Value.Where(caller.May);
}
