using Grpc.Core;
using Qudao.Gateway.Access;
using Qudao.Protocol;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Every rpc × everybody: somebody of each role at headquarters, in Jiangsu and in Zhejiang. The rpcs are read from the contracts
/// and who may what from the roles, so nothing is listed here but what nobody except an administrator may. What of another centre
/// and what is nowhere answer alike (AccessTests).
/// </summary>
public class AuthorisationTests
{
    private const string NoField = "noSuchField";

    /// <summary>Asked for by an rpc and given to no role of the manuals: an administrator's, until the company gives it to a role of its own.</summary>
    private static readonly string[] AdministratorsOnly =
    [
        "gateway.backups.download", "gateway.clients.create", "gateway.clients.delete", "gateway.clients.disable", "gateway.clients.read", "gateway.clients.rotate", "gateway.clients.update",
        "gateway.exports.read", "gateway.roles.create", "gateway.roles.delete", "gateway.roles.update",
    ];

    private static IEnumerable<Rpc> EveryWithPermission() => Rpc.All.Where(rpc => rpc.Permission.Contains('.'));

    /// <summary>A new rpc must say whose it is: a role's in Roles.cs, or an administrator's here.</summary>
    [Test]
    public void Each_rpc_is_some_roles_or_said_to_be_the_administrators_alone()
    {
        var others = Roles.Permissions.Keys.Where(role => role != Roles.Administrator).ToList();
        Assert.That(EveryWithPermission().Select(rpc => rpc.Permission).Distinct().Where(permission => !Roles.Allows(others, permission)), Is.EquivalentTo(AdministratorsOnly));
    }

    /// <summary>With a fault that every rpc refuses, so that who may gets an answer and nothing is done.</summary>
    [TestCaseSource(nameof(EveryWithPermission))]
    public async Task Each_role_may_what_its_permissions_say_and_no_more(Rpc rpc)
    {
        var own = new GoodRequests(Loaded.Network.Names).Of(rpc);
        foreach (var who in Loaded.Network.People)
        {
            var may = RoleDefinitions.Defaults.Allows(who.Split('.')[1], rpc.Permission);
            if (!rpc.HasRest && may)
                continue;
            var reply = rpc.HasRest ? await Loaded.Wire.RestAsync(Spoilt(rpc.Rest(own)), Loaded.Network.Token(who)) : await Loaded.Wire.GrpcAsync(rpc.GrpcPath, rpc.Message(own), Loaded.Network.Token(who));
            Assert.That(reply.Code, Is.EqualTo(may ? StatusCode.InvalidArgument : StatusCode.PermissionDenied), $"{who}: {reply.Raw}");
            Assert.That(may ? reply.Fields : [reply.Message], Has.Some.Contains(may ? NoField : rpc.Permission), $"{who}: {reply.Raw}");
        }
        Answers.AssertNothingChanged();
    }

    private static RestCall Spoilt(RestCall call) => call with { Path = $"{call.Path}{(call.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{NoField}=1" };
}
