using System.Reflection;
using Google.Protobuf.Reflection;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.System.Tests;

/// <summary>What holds for all services at once and nobody would notice missing in one.</summary>
public class HouseRulesTests
{
    private static readonly IModule[] Modules =
    [
        new Dealer.DealerModule(), new Contract.ContractModule(), new Training.TrainingModule(), new ServiceTicket.ServiceTicketModule(), new Reporting.ReportingModule(),
        new Gateway.GatewayModule(),
    ];

    private static IEnumerable<MethodDescriptor> Rpcs =>
        typeof(Dealer.V1.PartnerReflection).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
            .SelectMany(file => file.Services).SelectMany(service => service.Methods);

    [Test]
    public void Each_event_says_truly_who_hears_it()
    {
        foreach (var (name, type) in EventCatalog.Types)
        {
            var hear = Modules.Where(module => Consumer.Of(module).Any(consumer => consumer.EventType == type)).Select(module => module.Name);
            Assert.That(EventCatalog.HeardBy(type), Is.EquivalentTo(hear), name);
        }
    }

    [Test]
    public void Each_rpc_names_its_permission_and_its_REST_path()
    {
        foreach (var rpc in Rpcs)
        {
            Assert.That(Calls.Permission(rpc), Is.Not.Empty, rpc.FullName);
            // JSON has no way to send a stream of messages: what takes one has a twin that takes a file.
            Assert.That(rpc.GetOptions().GetExtension(Google.Api.AnnotationsExtensions.Http), rpc.IsClientStreaming ? Is.Null : Is.Not.Null, rpc.FullName);
        }
    }

    [Test]
    public void Only_these_answer_who_did_not_sign_in() =>
        Assert.That(Rpcs.Where(rpc => Calls.Permission(rpc) == Calls.Anonymous).Select(rpc => rpc.FullName), Is.EquivalentTo(new[]
        {
            "qudao.gateway.v1.SessionService.CreateSession",
            // By a number on a paper, and by a secret in an address: both with a limit of their own at the gateway.
            "qudao.training.v1.CertificateService.VerifyCertificate",
            "qudao.training.v1.CalendarFeedService.ReadCalendar",
        }));

    /// <summary>An rpc may ask for more by what it is asked to do (suspending a partner): those are constants of the rules.</summary>
    private static IEnumerable<string> InRules() =>
        from module in Modules
        from type in module.GetType().Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where field.IsLiteral && field.Name.EndsWith("Permission", StringComparison.Ordinal)
        select (string)field.GetRawConstantValue()!;

    [Test]
    public void Each_permission_that_a_rule_asks_for_can_be_given() =>
        Assert.That(InRules().Except(Gateway.Access.PermissionCatalog.All.Keys), Is.Empty);

    [Test]
    public void Each_permission_of_a_role_allows_something()
    {
        var permissions = Rpcs.Select(Calls.Permission).Concat(InRules()).Distinct().ToList();
        foreach (var (role, patterns) in Roles.Permissions)
            foreach (var pattern in patterns)
                Assert.That(permissions.Any(permission => Roles.Grants(pattern, permission)), $"{role}: {pattern} allows nothing");
    }
}
