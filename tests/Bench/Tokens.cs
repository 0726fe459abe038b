using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>A caller for the rows that go to a service directly: a sales manager with the whole network in view.</summary>
internal static class Tokens
{
    public static Metadata Headers(TestKeys keys) => new()
    {
        {
            "authorization",
            "Bearer " + keys.Sign(new Dictionary<string, object?>
            {
                [JwtRegisteredClaimNames.Sub] = "bench",
                [TokenClaims.Name] = "陈经理",
                [TokenClaims.Staff] = "bench",
                [TokenClaims.Organisation] = "hq",
                [TokenClaims.ScopePath] = "/hq/",
                [TokenClaims.Roles] = new[] { "sales-manager" },
                [TokenClaims.Source] = "127.0.0.1",
            })
        },
    };
}
