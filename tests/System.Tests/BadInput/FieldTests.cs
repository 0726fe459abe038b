using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Whatever is wrong with the fields of a request, over REST or gRPC, of whichever rpc: the answer names all of them at
/// once and nothing else, in the caller's language, and nothing changes.
/// </summary>
public class FieldTests
{
    private const int RunsOfEach = 10;
    private const int MostFaults = 4;

    private const string NoField = "noSuchField";

    private static IEnumerable<Rpc> EveryRpc() => Rpc.All;

    private static IEnumerable<TestCaseData> Every() =>
        from rpc in Rpc.All
        where rpc.Method.InputType.Fields.InDeclarationOrder().Count > 0
        from transport in rpc.Transports
        select new TestCaseData(rpc, transport);

    [TestCaseSource(nameof(Every))]
    public void Every_field_at_fault_is_named(Rpc rpc, Transport transport)
    {
        var good = new GoodRequests(Loaded.Network.Names);
        var faults = new Faults(good, rpc, transport).All();
        Chance.Check(BadCalls(faults), call => TryAsync(rpc, transport, good.Of(rpc), call), RunsOfEach);
        Answers.AssertNothingChanged();
    }

    /// <summary>What GoodRequests makes must be without fault, or nothing that is proved with it holds.</summary>
    [TestCaseSource(nameof(EveryRpc))]
    public async Task Every_rpc_has_a_good_request(Rpc rpc)
    {
        var good = new GoodRequests(Loaded.Network.Names).Of(rpc);
        var faults = RequestRules.Check(rpc.Message(good)).Select(fault => Rpc.Json(fault.Field)).ToList();
        if (rpc.HasRest)
        {
            // With one fault that it is sure to have, so that the call is refused and all others are told.
            var call = rpc.Rest(good);
            var spoilt = call with { Path = $"{call.Path}{(call.Path.Contains('?') ? '&' : '?')}{NoField}=1" };
            var reply = await Loaded.Wire.RestAsync(spoilt, Loaded.Network.CallerOf(rpc));
            Assert.That(reply.Fields, Does.Contain(NoField), reply.Raw);
            faults.AddRange(reply.Fields.Where(field => field != NoField));
        }
        Assert.That(faults, Is.Empty, $"GoodRequests makes {rpc} a request with faults of its own. Add what the domain asks for to GoodRequests.More[\"{rpc.Method.Name}\"], as JSON; names of things go to Network.");
    }

    private static Arbitrary<BadCall> BadCalls(IReadOnlyList<Fault> faults) => Arb.From(
        from count in Gen.Choose(1, MostFaults)
        from some in Gen.Elements<Fault>(faults).ListOf(count)
        from language in Gen.Elements(null, "zh-CN", "en", "en-GB,en;q=0.8", "fr")
        select new BadCall(Apart(some), language),
        call => call.Faults.Count == 1 ? [] : call.Faults.Select(one => new BadCall([.. call.Faults.Where(other => other != one)], call.Language)));

    private static List<Fault> Apart(IEnumerable<Fault> faults)
    {
        var apart = new List<Fault>();
        foreach (var fault in faults)
            if (!apart.Any(fault.Meets))
                apart.Add(fault);
        return apart;
    }

    private static async Task TryAsync(Rpc rpc, Transport transport, JsonObject request, BadCall call)
    {
        var named = request.DeepClone().AsObject();
        foreach (var fault in call.Faults)
            fault.Apply(request);
        var token = Loaded.Network.CallerOf(rpc);
        var reply = transport == Transport.Rest
            ? await Loaded.Wire.RestAsync(rpc.Rest(request, named), token, call.Language)
            : await Loaded.Wire.GrpcAsync(rpc.GrpcPath, Message(rpc, request, call), token, call.Language);
        Answers.AssertRefused(reply, transport, call.Language);
        Assert.That((reply.Status, reply.Code), Is.EqualTo((transport == Transport.Rest ? 400 : 200, StatusCode.InvalidArgument)), reply.Raw);
        Assert.That(reply.Fields.Select(Rpc.Json).Distinct(), Is.EquivalentTo(call.Faults.Select(fault => fault.Field)),
            $"{reply.Raw}\nWhere a field is named that was not spoilt, GoodRequests.More[\"{rpc.Method.Name}\"] may lack what the domain asks of it.");
    }

    private static IMessage Message(Rpc rpc, JsonObject request, BadCall call)
    {
        var message = rpc.Message(request);
        foreach (var fault in call.Faults)
            fault.Patch?.Invoke(message);
        return message;
    }

    private sealed record BadCall(IReadOnlyList<Fault> Faults, string? Language)
    {
        public override string ToString() => $"[{string.Join("; ", Faults)}] in {Language ?? "no language"}";
    }
}
