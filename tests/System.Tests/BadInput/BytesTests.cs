using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Qudao.System.Tests.BadInput;

/// <summary>Bytes that are no request of the rpc at all: refused as the caller's fault, whatever they are, and nothing changes.</summary>
public class BytesTests
{
    private const int RunsOfEach = 5;
    private const string Marker = "\u0001\u0002\u0003\u0004";

    /// <summary>Chinese in GB18030, half a surrogate pair, an overlong NUL, what UTF-8 never has; each as long as the marker.</summary>
    private static readonly byte[][] NoUtf8 = [[0xd6, 0xd0, 0xb9, 0xfa], [0xed, 0xa0, 0x80, 0x41], [0xc0, 0x80, 0x41, 0x41], [0xff, 0xfe, 0xff, 0xfe], [0x41, 0x41, 0x41, 0xe4]];

    private static IEnumerable<Rpc> Every() => Rpc.All;

    private static IEnumerable<Rpc> EveryWithJson() => Rpc.All.Where(rpc => rpc.TakesBody && !rpc.TakesFile);

    [TestCaseSource(nameof(Every))]
    public void Bytes_that_are_no_message_are_refused_over_gRPC(Rpc rpc)
    {
        var request = rpc.Message(new GoodRequests(Loaded.Network.Names).Of(rpc)).ToByteArray();
        Chance.Check(Arb.From(Broken(request).Where(bytes => !Parses(rpc, bytes))), async bytes =>
        {
            var reply = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, Wire.Frame(bytes), Loaded.Network.Administrator);
            Answers.AssertRefused(reply, Transport.Grpc);
            Assert.That((reply.Code, reply.Reason), Is.EqualTo((StatusCode.InvalidArgument, "BAD_MESSAGE")), reply.Raw);
        }, RunsOfEach);
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Every))]
    public void Text_that_is_no_UTF8_is_refused_over_gRPC(Rpc rpc)
    {
        var good = new GoodRequests(Loaded.Network.Names).Of(rpc);
        var texts = Texts(rpc.Method.InputType, good, []).ToList();
        if (texts.Count == 0)
            return;
        Chance.Check(Arb.From(from path in Gen.Elements<string[]>(texts) from bytes in Gen.Elements(NoUtf8) select (path, bytes)), async one =>
        {
            var request = (JsonObject)good.DeepClone();
            Holder(request, one.path)[one.path[^1]] = Marker;
            var message = rpc.Message(request).ToByteArray();
            one.bytes.CopyTo(message.AsSpan(message.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker))));
            var reply = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, Wire.Frame(message), Loaded.Network.Administrator);
            Answers.AssertRefused(reply, Transport.Grpc);
            Assert.That((reply.Code, reply.Reason), Is.EqualTo((StatusCode.InvalidArgument, "BAD_MESSAGE")), reply.Raw);
            Assert.That(reply.Message, Does.Contain("UTF-8"));
        }, RunsOfEach);
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Every))]
    public async Task A_field_of_another_wire_type_is_not_there(Rpc rpc)
    {
        var required = rpc.Method.InputType.Fields.InDeclarationOrder().Where(field => GoodRequests.RulesOf(field).Required).ToList();
        foreach (var field in required)
        {
            var good = new GoodRequests(Loaded.Network.Names).Of(rpc);
            good.Remove(field.JsonName);
            using var message = new MemoryStream();
            message.Write(rpc.Message(good).ToByteArray());
            using (var more = new CodedOutputStream(message, leaveOpen: true))
            {
                // No field of ours is a fixed32.
                more.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed32);
                more.WriteFixed32(1);
            }
            var reply = await Loaded.Wire.GrpcAsync(rpc.GrpcPath, Wire.Frame(message.ToArray()), Loaded.Network.Administrator);
            Answers.AssertRefused(reply, Transport.Grpc);
            Assert.That(reply.Violations.Select(v => (v.Field, v.Reason)), Is.EqualTo(new[] { (field.Name, "REQUIRED") }), reply.Raw);
        }
        Answers.AssertNothingChanged();
    }

    private static IEnumerable<TestCaseData> BrokenFrames()
    {
        byte[] message = [0x0a, 0x01, 0x61];
        byte[] frame = Wire.Frame(message);
        yield return new TestCaseData(Array.Empty<byte>(), "").SetArgDisplayNames("nothing");
        yield return new TestCaseData(frame[..3], "").SetArgDisplayNames("half a header");
        yield return new TestCaseData(frame[..^1], "").SetArgDisplayNames("less than announced");
        yield return new TestCaseData((byte[])[.. frame, .. frame], "").SetArgDisplayNames("two messages");
        yield return new TestCaseData((byte[])[.. frame, 0x00], "").SetArgDisplayNames("something behind");
        yield return new TestCaseData((byte[])[1, .. frame[1..]], "").SetArgDisplayNames("compressed by nothing");
        yield return new TestCaseData((byte[])[1, .. frame[1..]], "gzip").SetArgDisplayNames("gzip that is none");
        yield return new TestCaseData((byte[])[1, .. frame[1..]], "identity").SetArgDisplayNames("compressed by identity");
        yield return new TestCaseData((byte[])[7, .. frame[1..]], "").SetArgDisplayNames("an unknown flag");
        var huge = (byte[])frame.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(huge.AsSpan(1), uint.MaxValue);
        yield return new TestCaseData(huge, "").SetArgDisplayNames("4 GB announced");
        BinaryPrimitives.WriteUInt32BigEndian(huge.AsSpan(1), 100 * 1024 * 1024);
        yield return new TestCaseData(huge, "").SetArgDisplayNames("100 MB announced");
    }

    [TestCaseSource(nameof(BrokenFrames))]
    public async Task A_broken_frame_is_refused_over_gRPC(byte[] body, string encoding)
    {
        foreach (var method in new[] { "/qudao.dealer.v1.PartnerService/CreatePartner", "/qudao.gateway.v1.UserService/CreateUser", "/qudao.gateway.v1.SessionService/CreateSession" })
        {
            var reply = await Loaded.Wire.GrpcAsync(method, body, Loaded.Network.Administrator, "en", encoding.Length == 0 ? [] : [("grpc-encoding", encoding)]);
            Answers.AssertRefused(reply, Transport.Grpc, "en");
            Assert.That(reply.Code, Is.AnyOf(StatusCode.InvalidArgument, StatusCode.ResourceExhausted), reply.Raw);
        }
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(EveryWithJson))]
    public async Task A_body_that_is_no_JSON_is_refused_over_REST(Rpc rpc)
    {
        var good = rpc.Rest(new GoodRequests(Loaded.Network.Names).Of(rpc));
        var token = rpc.IsAnonymous ? null : Loaded.Network.Administrator;
        foreach (var body in rpc.Few(4, ["{", "nonsense", "{} {}", "{\"a\":}", "{'a': 1}", "{\"name\": \"x\",}", "{\"a\": NaN}", new string('{', 30), "{\"a\": \"\u0001\"}", "\"", "// x\n{}"]))
            AssertFault(await Loaded.Wire.RestAsync(good with { Body = Encoding.UTF8.GetBytes(body) }, token, "en"), "body", "BAD_JSON");
        foreach (var body in rpc.Few(1, [string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), new string('[', 100_000)]))
            AssertFault(await Loaded.Wire.RestAsync(good with { Body = Encoding.UTF8.GetBytes(body) }, token, "en"), "body", "TOO_DEEP");
        foreach (var bytes in rpc.Few(2, NoUtf8))
            AssertFault(await Loaded.Wire.RestAsync(good with { Body = [.. "{\"a\": \""u8, .. bytes, .. "\"}"u8] }, token, "en"), "body", "BAD_ENCODING");
        foreach (var body in rpc.Few(2, ["[]", "null", "5", "\"text\"", "true"]))
            AssertFault(await Loaded.Wire.RestAsync(good with { Body = Encoding.UTF8.GetBytes(body) }, token, "en"), rpc.BodyField.Length == 0 ? "body" : rpc.BodyField, "WRONG_TYPE");
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(EveryWithJson))]
    public async Task A_body_of_another_type_or_too_large_is_refused_over_REST(Rpc rpc)
    {
        var good = rpc.Rest(new GoodRequests(Loaded.Network.Names).Of(rpc));
        var token = rpc.IsAnonymous ? null : Loaded.Network.Administrator;
        foreach (var type in rpc.Few(3, [null, "text/plain", "text/json", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=gb18030", "application/json; charset=no", "json", "application/x-www-form-urlencoded"]))
            Answers.AssertRefusedAs(await Loaded.Wire.RestAsync(good with { ContentType = type }, token), 415, "UNSUPPORTED_MEDIA_TYPE");
        Answers.AssertRefusedAs(await Loaded.Wire.RestAsync(good with { Body = [.. "{\"a\": \""u8, .. Enumerable.Repeat((byte)'x', 1 << 20), .. "\"}"u8] }, token), 413, "PAYLOAD_TOO_LARGE");
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Every))]
    public async Task A_body_where_none_belongs_is_named_over_REST(Rpc rpc)
    {
        if (rpc.TakesBody || !rpc.HasRest)
            return;
        var good = rpc.Rest(new GoodRequests(Loaded.Network.Names).Of(rpc));
        AssertFault(await Loaded.Wire.RestAsync(good with { Body = "{}"u8.ToArray() }, Loaded.Network.Administrator, "en"), "body", "UNKNOWN_FIELD");
        Answers.AssertNothingChanged();
    }

    private static void AssertFault(Reply reply, string field, string reason)
    {
        Answers.AssertRefusedAs(reply, 400, "INVALID_ARGUMENT", "en");
        Assert.That(reply.Violations.Select(v => (v.Field, v.Reason)), Does.Contain((field, reason)), reply.Raw);
    }

    /// <summary>A good message cut off, with something behind it, with a byte changed; or anything.</summary>
    private static Gen<byte[]> Broken(byte[] message)
    {
        var any = ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? []);
        return Gen.OneOf(
            Gen.Choose(0, message.Length).Select(length => message[..length]),
            any.Select(bytes => (byte[])[.. message, .. bytes, 0x07]),
            any.Select(bytes => (byte[])[.. bytes, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            any.Select(bytes => (byte[])[0x0a, 0x7f, .. bytes.Take(100)]),
            from at in Gen.Choose(0, Math.Max(0, message.Length - 1))
            from value in Gen.Choose(0, 255)
            select Changed(message, at, (byte)value));
    }

    private static byte[] Changed(byte[] message, int at, byte value)
    {
        var changed = (byte[])message.Clone();
        if (at < changed.Length)
            changed[at] = value;
        return changed;
    }

    private static bool Parses(Rpc rpc, byte[] bytes)
    {
        try
        {
            rpc.Method.InputType.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>Where the request has texts, or could have.</summary>
    private static IEnumerable<string[]> Texts(MessageDescriptor type, JsonObject request, string[] at)
    {
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => !field.IsRepeated))
        {
            string[] here = [.. at, field.JsonName];
            if (field.FieldType == FieldType.String)
                yield return here;
            else if (field.FieldType == FieldType.Message && request[field.JsonName] is JsonObject inner)
                foreach (var text in Texts(field.MessageType, inner, here))
                    yield return text;
        }
    }

    private static JsonObject Holder(JsonObject request, string[] path) => path[..^1].Aggregate(request, (at, step) => (JsonObject)at[step]!);
}
