using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Page tokens that were made by hand, with the right filter in them and any key: a page, or a refusal of the token, but
/// never a fault of ours.
/// </summary>
public class PageTokenTests
{
    private const int RunsOfEach = 30;

    private static readonly string[] Keys =
    [
        "", "x", "|", "~", "a|b", "a|b|c", "~x", "1~", "-1~x", "99999999999999999999~x", "2026-99-99|x", "2026-11-18|", "9999-12-31|01k", "0000-00-00|a", "2026-11-18|a|b",
        "9223372036854775807", "-9223372036854775808", "1e9", "١٢٣", "'; DROP TABLE partners; --", "%", "\u0000", "\ud83d\ude00", new string('x', 1000),
    ];

    private static IEnumerable<Rpc> EveryList() => Rpc.All.Where(rpc => rpc.Method.InputType.FindFieldByName("page_token") is not null);

    [TestCaseSource(nameof(EveryList))]
    public void A_token_made_by_hand_is_a_page_or_refused(Rpc rpc)
    {
        var request = rpc.Message(new GoodRequests(Loaded.Network.Names).Of(rpc));
        var token = rpc.Method.InputType.FindFieldByName("page_token").Accessor;
        // As the administrator's tokens are: of the whole tree.
        var page = Page.From(request, new Caller("", "", null, null, "hq", new Scope("/hq/", null), [], ""));
        Chance.Check(Arb.From(Gen.Frequency((3, Gen.Elements(Keys)), (1, ArbMap.Default.GeneratorFor<string>().Select(key => key ?? "")))), async key =>
        {
            var asked = rpc.Method.InputType.Parser.ParseFrom(request.ToByteArray());
            token.SetValue(asked, page.Token(key));
            var reply = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, asked, Loaded.Network.Administrator);
            if (reply.Code == StatusCode.OK)
                return;
            Answers.AssertRefused(reply, Transport.Grpc);
            // What the list is of may be nowhere, and that is told first.
            if (reply.Code == StatusCode.NotFound)
                return;
            Assert.That(reply.Fields, Is.EqualTo(new[] { "page_token" }), reply.Raw);
            Assert.That(reply.Violations[0].Text, Does.Not.Contain("筛选"), "the filter is the same");
        }, RunsOfEach);
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(EveryList))]
    public async Task A_token_of_another_filter_or_another_caller_is_refused(Rpc rpc)
    {
        var request = rpc.Message(new GoodRequests(Loaded.Network.Names).Of(rpc));
        var token = rpc.Method.InputType.FindFieldByName("page_token").Accessor;
        foreach (var scope in new[] { new Scope("/hq/js/", null), new Scope("/hq/", "somebody") })
        {
            token.SetValue(request, Page.From(WithoutToken(request), new Caller("", "", null, null, "hq", scope, [], "")).Token("x"));
            var reply = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, request, Loaded.Network.Administrator);
            Answers.AssertRefused(reply, Transport.Grpc);
            Assert.That(reply.Fields, Is.EqualTo(new[] { "page_token" }), reply.Raw);
        }
    }

    private static IMessage WithoutToken(IMessage request)
    {
        var bare = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        bare.Descriptor.FindFieldByName("page_token").Accessor.Clear(bare);
        return bare;
    }
}
