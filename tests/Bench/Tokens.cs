using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>Callers for the rows that go to a service directly; by default a sales manager with the whole network in view.</summary>
internal static class Tokens
{
    /// <param name="assignee">The salesperson who sees only what is assigned to him.</param>
    public static Metadata Headers(TestKeys keys, string role = "sales-manager", string scopePath = "/hq/", string? assignee = null) => new()
    {
        {
            "authorization",
            "Bearer " + keys.Sign(new Dictionary<string, object?>
            {
                [JwtRegisteredClaimNames.Sub] = assignee ?? "bench",
                [TokenClaims.Name] = "陈经理",
                [TokenClaims.Staff] = assignee ?? "bench",
                [TokenClaims.Assignee] = assignee,
                [TokenClaims.Organisation] = "hq",
                [TokenClaims.ScopePath] = scopePath,
                [TokenClaims.Roles] = new[] { role },
                [TokenClaims.Source] = "127.0.0.1",
            })
        },
    };
}
