using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Qudao.Gateway.Access;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Gateway.ApiClients;

/// <summary>What a client and its keys may be.</summary>
public static class ApiClientRules
{
    /// <summary>How a token of the client-credentials grant begins.</summary>
    public const string TokenPrefix = "qdt_";

    /// <summary>How a key begins.</summary>
    public const string KeyPrefix = "qdk_";

    /// <summary>How a secret begins.</summary>
    public const string SecretPrefix = "qds_";

    /// <summary>How long a token serves; microseconds.</summary>
    public const long TokenUs = 3600L * 1_000_000;

    /// <summary>A use is noted when the last one noted is this long ago; not every request is a write.</summary>
    public const long TouchUs = 5L * 60 * 1_000_000;

    public static readonly IReadOnlyList<string> Changeable = ["display_name", "roles", "requests_per_second", "requests_per_day", "requests_per_month"];

    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(731);

    // These are people's: they see what is assigned to a person, or what is a partner's.
    private static readonly HashSet<string> PeoplesOnly = [Roles.Administrator, "partner-agent", "partner-terminal", .. Roles.AssignedOnly];

    public static IReadOnlyList<string> Paths(FieldMask? mask) => mask is null || mask.Paths.Count == 0 || mask.Paths.Contains("*") ? Changeable : mask.Paths;

    /// <summary>What is wrong with a new client.</summary>
    public static IEnumerable<Violation> Create(CreateApiClientRequest request)
    {
        if (request.ApiClient.Organisation.Length == 0)
            yield return new("api_client.organisation", "必填", "is required", "REQUIRED");
        foreach (var violation in RoleFaults(request.ApiClient))
            yield return violation;
    }

    /// <summary>What is wrong with a change.</summary>
    public static IEnumerable<Violation> Update(UpdateApiClientRequest request)
    {
        var paths = Paths(request.UpdateMask);
        if (request.ApiClient.Name.Length == 0)
            yield return new("api_client.name", "必填", "is required", "REQUIRED");
        foreach (var path in paths.Where(path => !Changeable.Contains(path)))
            yield return new("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "IMMUTABLE");
        if (paths.Contains("roles"))
            foreach (var violation in RoleFaults(request.ApiClient))
                yield return violation;
    }

    /// <summary>What is wrong with a new key.</summary>
    public static IEnumerable<Violation> CreateKey(CreateApiKeyRequest request, Asking asking)
    {
        if (ServiceRules.Time(request.ApiKey.ExpireTime) is { } expires && (expires <= asking.Now || expires > asking.Now + LongestLife))
            yield return new("api_key.expire_time", "须在两年之内", "must be within two years from now", "OUT_OF_RANGE");
    }

    /// <summary>Roles that there are not.</summary>
    public static IEnumerable<Violation> Unknown(IReadOnlyList<string> asked, RoleDefinitions known) =>
        asked.Index().Where(role => !known.Exists(role.Item)).Select(role => Errors.Missing($"api_client.roles[{role.Index}]", $"roles/{role.Item}"));

    /// <summary>When a new key ends.</summary>
    public static long Expires(Timestamp? asked, DateTimeOffset now) => (ServiceRules.Time(asked) ?? now + UsualLife).Micros();

    /// <summary>Something to call with: 256 bits from the system's generator.</summary>
    public static string New(string prefix) => prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A key, and how it begins.</summary>
    public static (string Key, string Prefix) NewKey()
    {
        var prefix = KeyPrefix + RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 8);
        return (New(prefix + "_"), prefix);
    }

    private static IEnumerable<Violation> RoleFaults(ApiClient client)
    {
        for (var i = 0; i < client.Roles.Count; i++)
        {
            if (PeoplesOnly.Contains(client.Roles[i]))
                yield return new($"api_client.roles[{i}]", "是人员的角色，不能授予接口客户端", "is a role of people: no machine has it", "PEOPLE_ONLY");
            else if (client.Roles.Take(i).Contains(client.Roles[i]))
                yield return new($"api_client.roles[{i}]", "重复出现", "comes twice", "DUPLICATE");
        }
    }
}
