using System.Text.Json.Nodes;
using Grpc.Core;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Names in a request that name nothing, and well-formed values that cannot be, all together in one request: the answer names
/// all of them, and nothing changes.
/// </summary>
public class ReferenceTests
{
    private static readonly TestCaseData[] Requests =
    [
        Case("CreateOrganisation", "organisation.parent=organisations/xx", "organisationId=J S"),
        Case("CreateStaff", "staff.organisation=organisations/xx", "staff.partner={partners}", "staff.roles=[\"partner-agent\", \"king\"] > staff.roles[1]"),
        Case("CreatePartner", "partner.organisation=organisations/xx", "partner.parent={partners}", "partner.displayName=（）"),
        Case("CreatePartner", "partner.organisation=organisations/js > ", "partner.cityCode=3301", "partner.parent={partners}"),
        Case("UpdatePartner", "partner.cityCode=3301", "partner.parent={partners}", "partner.displayName=。"),
        Case("AssignPartner", "assignee={staff}"),
        Case("CreateAgreement", "agreement.partner={partners}", "agreement.effectiveTo=2026-11-17", "agreement.cityCode=3201"),
        Case("CreateNumberBlock", "numberBlock.organisation=organisations/xx", "numberBlock.prefix=A B", "numberBlock.first=9 > numberBlock.last"),
        Case("IssueNumbers", "holder={staff}"),
        Case("CreateTrainingRequest", "trainingRequest.partner={partners}", "trainingRequest.course={courses}"),
        Case("ScheduleTraining", "lecturer={staff}", "startTime=2026-11-17T01:00:00Z", "endTime=2026-11-16T01:00:00Z"),
        Case("CreateTicket", "ticket.partner={partners}"),
        Case("AssignTicket", "handler={staff}"),
        Case("CreatePlan", "plan.organisation=organisations/xx"),
        Case("UpdateObligationRule", "obligationRule.dueMonth=12", "obligationRule.displayName= ", "obligationRule.receivers=[\"king\"] > obligationRule.receivers[0]"),
        Case("CreateUser", "user.staff={staff}", "user.login=x", "user.password=short"),
    ];

    [TestCaseSource(nameof(Requests))]
    public async Task All_that_cannot_be_is_named_at_once(string name, string[] faults)
    {
        var rpc = Rpc.All.Single(rpc => rpc.Method.Name == name);
        // Who works there: a visit, for one, is planned by a member of staff.
        var token = Loaded.Network.Token(name.Contains("ObligationRule", StringComparison.Ordinal) ? "hq.administrator" : "js.centre-general-manager");
        var request = new GoodRequests(Loaded.Network.Names).Of(rpc);
        var fields = new List<string>();
        foreach (var fault in faults)
        {
            var (path, value, field) = Read(fault);
            Set(request, path, value);
            if (field.Length > 0)
                fields.Add(field);
        }
        foreach (var language in new[] { "zh-CN", "en" })
        {
            var rest = await Loaded.Wire.RestAsync(rpc.Rest(request), token, language);
            var grpc = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, rpc.Message(request), token, language);
            foreach (var (reply, transport) in new[] { (rest, Transport.Rest), (grpc, Transport.Grpc) })
            {
                Answers.AssertRefused(reply, transport, language, quotes: true);
                Assert.That(reply.Code, Is.EqualTo(StatusCode.InvalidArgument), reply.Raw);
                Assert.That(reply.Fields.Select(Rpc.Json).Distinct(), Is.EquivalentTo(fields), reply.Raw);
            }
        }
        Answers.AssertNothingChanged();
    }

    private static TestCaseData Case(string rpc, params string[] faults) => new TestCaseData(rpc, faults).SetArgDisplayNames(rpc, string.Join(", ", faults));

    /// <summary>"path=value" names the path, "path=value > field" the field; "{partners}" is a name that nothing has.</summary>
    private static (string Path, JsonNode? Value, string Field) Read(string fault)
    {
        var parts = fault.Split(" > ");
        var at = parts[0].IndexOf('=');
        var (path, text) = (parts[0][..at], parts[0][(at + 1)..]);
        if (text.StartsWith('{'))
            text = GoodRequests.Nothing(text.Trim('{', '}'));
        return (path, text.StartsWith('[') || int.TryParse(text, out _) && !path.EndsWith("cityCode", StringComparison.Ordinal) ? JsonNode.Parse(text) : JsonValue.Create(text), parts.Length > 1 ? parts[1] : path);
    }

    private static void Set(JsonObject request, string path, JsonNode? value)
    {
        var steps = path.Split('.');
        steps[..^1].Aggregate(request, (at, step) => (JsonObject)at[step]!)[steps[^1]] = value;
    }
}
