using System.IO.Compression;
using System.Text;
using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.System.Tests.BadInput;

/// <summary>Files that are no survey: told so at once, over both wires, and nothing of them is kept.</summary>
public class UploadTests
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Header = "地区,城市,销售终端(4S店)名称,主营车型\n";

    private static readonly byte[] Good = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "market-survey.xlsx"));

    private static IEnumerable<TestCaseData> BadFiles()
    {
        yield return Case("nothing", [], "file");
        yield return Case("no file of any kind", [0, 1, 2, 3, 0, 255], "file");
        yield return Case("the first half of an .xlsx", Good[..(Good.Length / 2)], "file");
        yield return Case("an .xlsx without its last byte", Good[..^1], "file");
        yield return Case("an .xlsx with a byte changed", Changed(Good, Good.Length / 2), "file");
        yield return Case("a zip without a workbook", Zip(("hello.txt", "hello"u8.ToArray())), "file");
        yield return Case("an empty zip", Zip(), "file");
        yield return Case("a workbook that is no XML", Zip(("[Content_Types].xml", "no"u8.ToArray()), ("xl/workbook.xml", "<workbook"u8.ToArray())), "file");
        yield return Case("a zip bomb", Zip(("xl/workbook.xml", new byte[30 << 20])), "file");
        yield return Case("a zip bomb in a sheet", Workbook(new string(' ', 60 << 20)), "file");
        yield return Case("entities in entities", Workbook("", "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"), "file");
        yield return Case("another sheet", Workbook("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>姓名</t></is></c></row>"), "file");
        yield return Case("other columns", Encoding.UTF8.GetBytes("姓名,年龄\n王,5\n"), "file");
        yield return Case("a header and nothing below", Encoding.UTF8.GetBytes(Header), "file");
        yield return Case("csv in Big5", [.. Encoding.UTF8.GetBytes(Header), 0xa4, 0xa4, 0xff, 0xfe, (byte)'\n'], "file");
        yield return Case("csv cut off within a character", [.. Encoding.UTF8.GetBytes(Header + "江苏,苏州,苏"), 0xe5, 0xb7], "file");
        yield return Case("csv with a mark of UTF-8 and without UTF-8", [0xef, 0xbb, 0xbf, 0xd6, 0xd0], "file");
        yield return Case("half of UTF-16", [0xff, 0xfe, 0x30], "file");
        yield return Case("csv with a quote that is not closed", Encoding.UTF8.GetBytes(Header + "江苏,\"苏州,店\n"), "file");
        yield return Case("csv of one endless line", Encoding.UTF8.GetBytes(Header + new string(',', 100_000)), "file");
        yield return Case("an .xls of old", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[600]], "file");
        yield return Case("a picture", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, .. new byte[100]], "file");
    }

    [TestCaseSource(nameof(BadFiles))]
    public async Task A_bad_file_is_refused_at_once(byte[] file, string field)
    {
        foreach (var type in new[] { Xlsx, "text/csv", "application/octet-stream" })
            foreach (var reply in await BothAsync(file, type))
            {
                Assert.That(reply.Code, Is.EqualTo(StatusCode.InvalidArgument), reply.Raw);
                Assert.That(reply.Fields, Is.EqualTo(new[] { field }), reply.Raw);
            }
        Answers.AssertNothingChanged();
    }

    [Test]
    public async Task A_file_that_is_too_large_is_refused_over_both_wires()
    {
        var (rest, grpc) = await BothAsync(new byte[Rest.MaxFile + 1], Xlsx) is [var first, var second] ? (first, second) : throw new InvalidOperationException();
        Assert.That((rest.Status, rest.Reason), Is.EqualTo((413, "PAYLOAD_TOO_LARGE")), rest.Raw);
        Assert.That(grpc.Code, Is.AnyOf(StatusCode.InvalidArgument, StatusCode.ResourceExhausted), grpc.Raw);
        var huge = (await BothAsync(new byte[30 << 20], Xlsx))[1];
        Assert.That(huge.Code, Is.AnyOf(StatusCode.InvalidArgument, StatusCode.ResourceExhausted), huge.Raw);
        Answers.AssertNothingChanged();
    }

    private static async Task<Reply[]> BothAsync(byte[] file, string type)
    {
        var token = Loaded.Network.Administrator;
        Reply[] both =
        [
            await Loaded.Wire.RestAsync(new RestCall("POST", "/v1/surveys:import", file, type), token, "en"),
            await Loaded.Wire.GrpcAsync("/qudao.dealer.v1.SurveyService/ImportSurveys",
                new ImportSurveysRequest { File = new HttpBody { ContentType = type, Data = UnsafeByteOperations.UnsafeWrap(file) } }, token, "en"),
        ];
        Answers.AssertRefused(both[0], Transport.Rest, "en", quotes: true);
        Answers.AssertRefused(both[1], Transport.Grpc, "en", quotes: true);
        return both;
    }

    private static TestCaseData Case(string name, byte[] file, string field) => new TestCaseData(file, field).SetArgDisplayNames(name);

    private static byte[] Changed(byte[] file, int at)
    {
        var changed = (byte[])file.Clone();
        changed[at] ^= 0x55;
        return changed;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
                using (var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open())
                    entry.Write(content);
        return file.ToArray();
    }

    /// <summary>A workbook of one sheet with these rows.</summary>
    private static byte[] Workbook(string rows, string declaration = "")
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        static byte[] Xml(string text) => Encoding.UTF8.GetBytes(text);
        return Zip(
            ("[Content_Types].xml", Xml("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>")),
            ("_rels/.rels", Xml($"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
            ("xl/workbook.xml", Xml($"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets><sheet name=\"人员\" sheetId=\"1\" r:id=\"s1\"/></sheets></workbook>")),
            ("xl/_rels/workbook.xml.rels", Xml($"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"s1\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>")),
            ("xl/worksheets/sheet1.xml", Xml($"{declaration}<worksheet xmlns=\"{Main}\"><sheetData>{rows}</sheetData></worksheet>")));
    }
}
