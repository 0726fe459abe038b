using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// More faults than a gRPC client takes in a trailer: as many as fit, and how many more there are; over REST all of them. The
/// tests' own client takes 8 KB, as clients of other languages do by default.
/// </summary>
public class ManyFaultsTests
{
    private const string Method = "/qudao.reporting.v1.DailySalesService/ReportDailySales";
    private const int Lines = 1000;

    /// <summary>Faults of the form, which every service checks alike; and of the domain, which Reporting finds in its database.</summary>
    private static readonly TestCaseData[] Kinds =
    [
        new TestCaseData(new DailySalesLine { Partner = "partners/01k", Day = "tomorrow", ProductCode = "GT-100", Quantity = 1 }, "day", "BAD_FORMAT").SetArgDisplayNames("of form"),
        new TestCaseData(new DailySalesLine { Partner = GoodRequests.Nothing("partners"), Day = "2026-11-17", ProductCode = "GT-100", Quantity = 1 }, "partner", "NOT_FOUND").SetArgDisplayNames("of the domain"),
    ];

    [TestCaseSource(nameof(Kinds))]
    public async Task A_thousand_faults_come_as_far_as_they_fit_over_gRPC(DailySalesLine line, string field, string reason)
    {
        foreach (var language in new[] { "zh-CN", "en" })
        {
            var reply = await Loaded.Wire.GrpcAsync(Method, Request(line), Loaded.Network.Administrator, language);
            Answers.AssertRefused(reply, Transport.Grpc, language);
            Assert.That((reply.Code, reply.Reason), Is.EqualTo((StatusCode.InvalidArgument, "INVALID_ARGUMENT")), reply.Raw);
            var listed = reply.Violations.Count - 1;
            Assert.That(listed, Is.GreaterThan(25));
            Assert.That(reply.Violations.Take(listed).Select(v => (v.Field, v.Reason)), Is.EqualTo(Enumerable.Range(0, listed).Select(i => ($"lines[{i}].{field}", reason))));
            Assert.That((reply.Violations[^1].Field, reply.Violations[^1].Reason), Is.EqualTo(("", Errors.MoreViolations)));
            Assert.That(reply.Violations[^1].Text, Does.Contain($"{Lines - listed}"));
        }
        Answers.AssertNothingChanged();
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task A_thousand_faults_come_all_over_REST(DailySalesLine line, string field, string reason)
    {
        var body = Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(Request(line)));
        var reply = await Loaded.Wire.RestAsync(new RestCall("POST", "/v1/dailySales:report", body), Loaded.Network.Administrator);
        Answers.AssertRefused(reply, Transport.Rest);
        var faults = reply.Violations.Select(v => (v.Field, v.Reason)).ToList();
        Assert.That(faults.Take(Lines - 1), Is.EqualTo(Enumerable.Range(0, Lines - 1).Select(i => ($"lines[{i}].{field}", reason))));
        Assert.That(faults, Has.Count.EqualTo(Lines));
        Answers.AssertNothingChanged();
    }

    [Test]
    public async Task Faults_without_end_end_with_a_word_that_there_are_more()
    {
        var body = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"x{i}\":1")) + "}");
        var reply = await Loaded.Wire.RestAsync(new RestCall("POST", "/v1/dailySales:report", body), Loaded.Network.Administrator);
        Answers.AssertRefused(reply, Transport.Rest);
        Assert.That(reply.Violations.Count(v => v.Reason == "UNKNOWN_FIELD"), Is.EqualTo(RequestRules.MaxViolations - 1));
        Assert.That(reply.Violations.Count(v => v.Reason == Errors.MoreViolations), Is.EqualTo(1));
        Answers.AssertNothingChanged();
    }

    private static ReportDailySalesRequest Request(DailySalesLine line)
    {
        var request = new ReportDailySalesRequest();
        for (var i = 0; i < Lines; i++)
        {
            request.Lines.Add(line.Clone());
            request.Lines[i].ProductCode = $"P-{i}";
        }
        return request;
    }
}
