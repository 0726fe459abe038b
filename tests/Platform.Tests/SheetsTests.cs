using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using FsCheck;
using FsCheck.Fluent;

namespace Qudao.Platform.Tests;

public class SheetsTests
{
    private static readonly string[] SurveyHeaders =
        ["地区", "城市", "销售终端(4S店)名称", "主营车型", "年销量", "地址", "联系人", "电话", "是/否为拓展目标", "拓展优势"];

    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    private static byte[] Data(string name) => File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", name));

    // ---- the real survey

    [Test]
    public void The_real_survey_holds_484_shops()
    {
        var shops = SheetTable.Find(Sheet.Read(Data("market-survey.xlsx")), [.. SurveyHeaders]).Rows;

        Assert.That(shops, Has.Count.EqualTo(484));
        Assert.That(shops.Select(s => s["销售终端(4S店)名称"]), Has.All.Not.Empty);
        Assert.That((shops[0].Number, shops[0].Sheet, shops[0]["城市"], shops[0]["电话"]),
            Is.EqualTo((3, "市场及客户信息调研表", "上海", "021-67743555")));
        Assert.That((shops[^1].Number, shops[^1]["城市"]), Is.EqualTo((486, "昌吉")));
        Assert.That(shops.Single(s => s["城市"] == "库尔勒")["销售终端(4S店)名称"], Is.EqualTo("巴州龙跃汽车销售有限公司"), "the space after it goes");
    }

    [Test]
    public void The_real_gb18030_survey_is_the_same_as_the_workbooks_first_rows()
    {
        var workbook = SheetTable.Find(Sheet.Read(Data("market-survey.xlsx")), [.. SurveyHeaders]).Rows;
        var csv = SheetTable.Find(Sheet.Read(Data("market-survey.gb18030.csv")), [.. SurveyHeaders]).Rows;

        Assert.That(csv, Has.Count.EqualTo(120));
        Assert.That(csv[0].Number, Is.EqualTo(2));
        Assert.That(csv.Select(s => s["电话"]), Is.EqualTo(workbook.Take(120).Select(s => s["电话"])));
    }

    [Test]
    public void Every_place_of_the_real_survey_resolves()
    {
        var shops = SheetTable.Find(Sheet.Read(Data("market-survey.xlsx")), [.. SurveyHeaders]).Rows;
        var unresolved = shops.Select(s => Divisions.Find(s["地区"], s["城市"])).Where(r => r.Place is null).Select(r => r.Zh);

        Assert.That(unresolved, Is.Empty);
        Assert.That(shops.Select(s => Divisions.Find(s["地区"], s["城市"]).Place!.City.Code).Distinct().Count(), Is.GreaterThan(200));
    }

    [Test]
    public void The_survey_written_as_a_form_is_read_as_it_was()
    {
        var shops = SheetTable.Find(Sheet.Read(Data("market-survey.xlsx")), [.. SurveyHeaders]).Rows;
        var cells = shops.Select(s => SurveyHeaders.Select(h => (object?)s[h]).ToArray()).ToList();
        var form = new SheetForm("市场及客户信息调研表", ["单位：华东销售服务中心", "日期：2026年3月5日"],
            [.. SurveyHeaders.Select(h => new SheetColumn(h))], cells, ["填表人："]);

        foreach (var format in Enum.GetValues<SheetFormat>())
        {
            var again = SheetTable.Find(Sheet.Read(Written(format, form)), [.. SurveyHeaders]).Rows.Take(shops.Count);
            Assert.That(again.Select(s => SurveyHeaders.Select(h => (object?)s[h])), Is.EqualTo(cells));
        }
    }

    // ---- reading workbooks

    [Test]
    public void Cells_are_read_as_a_person_sees_them()
    {
        var sheet = Read("""
            <row r="2">
            <c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c>
            <c r="C2" t="inlineStr"><is><r><t>上海</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 大众</t></r><rPh sb="0" eb="1"><t>シャンハイ</t></rPh></is></c>
            <c r="D2"><v>13800138000</v></c><c r="E2"><v>1.3800138E10</v></c><c r="F2"><v>4.3499999999999996</v></c><c r="G2"><v>1E-3</v></c>
            <c r="H2" s="1"><v>46086</v></c><c r="I2" s="2"><v>46086.354166666664</v></c><c r="J2" s="1"><v>0.5</v></c><c r="K2" s="3"><v>1.5</v></c>
            <c r="L2" t="b"><v>1</v></c><c r="M2" t="str"><f>A1&amp;"x"</f><v>算出</v></c><c r="N2"><f>1+1</f><v>2</v></c><c r="O2"><f>1+1</f></c>
            <c r="P2" t="e"><v>#N/A</v></c><c r="Q2" t="d"><v>2026-03-05T00:00:00</v></c><c r="R2" t="inlineStr"><is><t>a_x000D_b_x005F_x000D_</t></is></c>
            <c r="S2" s="4"><v>46086</v></c><c r="T2"><v>123456789012345678</v></c><c r="XFD2" s="1"/>
            </row>
            """).Single();

        Assert.That(sheet.Rows.Single().Number, Is.EqualTo(2));
        Assert.That(sheet.Rows.Single().Cells, Is.EqualTo([
            "北京", "天津  ", "上海 大众", "13800138000", "13800138000", "4.35", "0.001",
            "2026-03-05", "2026-03-05T08:30:00", "12:00:00", "1.5", "TRUE", "算出", "2", "",
            "#N/A", "2026-03-05", "a\rb_x000D_", "2026-03-05", "123456789012345678"]));
    }

    [TestCase("yyyy\\-mm\\-dd", true)]
    [TestCase("yyyy\"年\"m\"月\"d\"日\"", true)]
    [TestCase("[$-804]dddd", true)]
    [TestCase("上午/下午h\"时\"mm\"分\"", true)]
    [TestCase("[h]:mm", false)]
    [TestCase("General", false)]
    [TestCase("#,##0\"days\"", false)]
    [TestCase("0.00_);[Red]\\d0", false)]
    public void A_date_format_is_told_from_a_number_format(string code, bool date) =>
        Assert.That(Read("""<row><c s="5"><v>46086</v></c></row>""", format: code).Single().Rows.Single()[0], Is.EqualTo(date ? "2026-03-05" : "46086"));

    [TestCase("1", "1900-01-01")]
    [TestCase("59", "1900-02-28")]
    [TestCase("60", "60")]
    [TestCase("61", "1900-03-01")]
    [TestCase("2958465.9999999", "9999-12-31T23:59:59")]
    [TestCase("2958466", "2958466")]
    [TestCase("-1", "-1")]
    public void Serial_dates_are_right_at_their_edges(string serial, string expected)
    {
        var rows = Read($"""<row><c s="1"><v>{serial}</v></c></row>""").Single().Rows;

        Assert.That(rows.Single()[0], Is.EqualTo(expected));
    }

    [Test]
    public void Dates_may_count_from_1904() => Assert.That(
        Read("""<row><c s="1"><v>44624</v></c></row>""", workbookPr: """<workbookPr date1904="1"/>""").Single().Rows.Single()[0], Is.EqualTo("2026-03-05"));

    [Test]
    public void A_vertically_merged_cell_fills_its_rows()
    {
        var sheet = Read("""
            <row r="1"><c r="A1" t="inlineStr"><is><t>调研表</t></is></c></row>
            <row r="2"><c r="A2" t="inlineStr"><is><t>江苏</t></is></c><c r="B2"><v>1</v></c></row>
            <row r="3"><c r="A3"/><c r="B3"><v>2</v></c></row>
            <row r="4"><c r="A4"/></row>
            <row r="5"><c r="B5"><v>3</v></c></row>
            """, after: """<mergeCells count="2"><mergeCell ref="A1:J1"/><mergeCell ref="A2:A4"/></mergeCells>""").Single();

        Assert.That(sheet.Rows.Select(r => (r.Number, r[0], r[1])), Is.EqualTo([(1, "调研表", ""), (2, "江苏", "1"), (3, "江苏", "2"), (5, "", "3")]));
    }

    [Test]
    public void All_visible_sheets_that_have_the_header_are_one_table()
    {
        static Sheet Of(string name, bool hidden, params string[][] rows) => new(name, hidden, [.. rows.Select((r, i) => new SheetRow(i + 1, r))]);
        Sheet[] sheets =
        [
            Of("说明", false, ["请填写下表"]),
            Of("江苏", false, ["调研表"], ["城 市", "销售终端（４Ｓ店）\n名称", "年销量（台）"], ["南京", "甲", "１,200"], ["城 市", "销售终端（４Ｓ店）\n名称", "年销量（台）"], ["", "", "", "备注"], ["苏州", "乙", "x"]),
            Of("旧", true, ["城市", "销售终端(4s店)名称"], ["南京", "旧"]),
            Of("浙江", false, ["序号", "*销售终端(4S店)名称：", "城市"], ["1", "丙", "杭州"]),
        ];
        var table = SheetTable.Find(sheets, [new("城市"), new("销售终端(4S店)名称"), new("年销量", false)]);
        var errors = new List<SheetError>();
        var sales = table.Rows.Select(r => r.Integer("年销量", errors)).ToList();

        Assert.That(table.Rows.Select(r => (r.Sheet, r.Number, r["城市"], r["销售终端(4S店)名称"])),
            Is.EqualTo([("江苏", 3, "南京", "甲"), ("江苏", 6, "苏州", "乙"), ("浙江", 2, "杭州", "丙")]));
        Assert.That(sales, Is.EqualTo(new long?[] { 1200, null, null }));
        Assert.That(errors, Is.EqualTo([new SheetError(6, "年销量", "“x”不是整数", "“x” is not a whole number", "江苏")]));
    }

    [Test]
    public void Missing_headers_are_named() => Assert.That(
        () => SheetTable.Find([new("a", false, [new(1, ["地区", "城市"])])], "地区", "城市", "电话"),
        Throws.TypeOf<SheetException>().With.Property("Zh").EqualTo("找不到表头行，缺少列：电话"));

    [Test]
    public void Typed_cells_are_lenient_in_form_and_strict_in_content()
    {
        string[] headers = ["d1", "d2", "d3", "d4", "y1", "y2", "n", "empty", "bad"];
        var row = SheetTable.Find([new("", false, [new(1, headers), new(2, ["2026/3/5", "2026年3月5日", "2026-03-05T08:30:00", "20260305", "是", "×", "-1,234.50", " ", "?"])])], [.. headers]).Rows.Single();
        var errors = new List<SheetError>();

        Assert.That(headers[..4].Select(h => row.Date(h, errors)), Has.All.EqualTo(new DateOnly(2026, 3, 5)));
        Assert.That((row.YesNo("y1", errors), row.YesNo("y2", errors), row.Decimal("n", errors)), Is.EqualTo((true, false, -1234.50m)));
        Assert.That((row.Date("empty", errors), row.YesNo("empty", errors)), Is.EqualTo(((DateOnly?)null, (bool?)null)));
        Assert.That(errors, Is.Empty);
        row.Date("bad", errors);
        row.YesNo("bad", errors);
        row.Decimal("bad", errors);
        row.Required("empty", errors);
        Assert.That(errors.Select(e => e.Column), Is.EqualTo(["bad", "bad", "bad", "empty"]));
    }

    // ---- reading csv

    [TestCase("a,b\r\n1,2\r\n", TestName = "Csv with commas")]
    [TestCase("a\tb\n1\t2", TestName = "Csv with tabs")]
    [TestCase("a;b\r1;2", TestName = "Csv with semicolons")]
    [TestCase("\"a\",\"b\"\n1,2\n\n", TestName = "Csv with quotes")]
    public void Csv_is_read(string text)
    {
        var rows = Sheet.Read(Encoding.UTF8.GetBytes(text)).Single().Rows;

        Assert.That(rows.Select(r => $"{r.Number}:{r[0]}|{r[1]}"), Is.EqualTo(["1:a|b", "2:1|2"]));
    }

    [Test]
    public void Csv_quotes_line_ends_and_blank_lines_keep_their_meaning()
    {
        var rows = Sheet.Read(Encoding.UTF8.GetBytes("名称,备注\n\n\"甲\"\"乙\"\"\",\"两\r\n行\"\n4\"店,'=1+1\n")).Single().Rows;

        Assert.That(rows.Select(r => (r.Number, r[0], r[1])), Is.EqualTo([(1, "名称", "备注"), (3, "甲\"乙\"", "两\r\n行"), (4, "4\"店", "=1+1")]));
    }

    [Test]
    public void Csv_encodings_are_told_apart()
    {
        const string text = "城市,说明\n南京,联通㐀𠀀€\n";
        Encoding[] encodings = [new UTF8Encoding(false), new UTF8Encoding(true), Gb18030, Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (var encoding in encodings)
        {
            byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            Assert.That(Sheet.Read(file).Single().Rows[1].Cells, Is.EqualTo(["南京", "联通㐀𠀀€"]), encoding.WebName);
        }
    }

    // ---- hostile files

    private static IEnumerable<TestCaseData> Hostile()
    {
        static TestCaseData Case(string name, byte[] file, string zh) => new TestCaseData(file, zh).SetArgDisplayNames(name);
        static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
        byte[] ole = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        var good = Data("market-survey.xlsx");

        yield return Case("empty", [], "文件为空");
        yield return Case("old xls", [.. ole, .. new byte[512]], "旧版 .xls");
        yield return Case("encrypted", [.. ole, .. Encoding.Unicode.GetBytes("EncryptedPackage")], "打开密码");
        yield return Case("pdf", Utf8("%PDF-1.7"), "PDF");
        yield return Case("html", Utf8("\uFEFF \r\n<html><table>"), "网页");
        yield return Case("picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D], "不是 .xlsx 或 .csv");
        yield return Case("text with zeros", [0x61, 0, 0x62], "不是 .xlsx 或 .csv");
        yield return Case("broken csv", [.. Utf8("城市\n"), 0xFF, 0xFF, 0x0A], "第 2 行附近");
        yield return Case("broken csv with mark", [0xEF, 0xBB, 0xBF, 0xC4, 0xCF], "不是 UTF-8 编码");
        yield return Case("open quote", Utf8("a,b\n\"c,d\ne,f"), "第 2 行的引号没有配对");
        yield return Case("wide csv", Utf8("a\n" + new string(',', 256) + "b"), "第 2 行超过 256 列");
        yield return Case("csv cell", Utf8("a\n" + new string('x', 32_768)), "第 2 行有单元格超过 32,767");
        yield return Case("csv bomb", Utf8("\"" + new string('x', 5_000_000)), "超过 32,767");
        yield return Case("long csv", Utf8(string.Concat(Enumerable.Repeat("1\n", 200_001))), "超过 200,000 行");
        yield return Case("not really a zip", Utf8("PK\x03\x04 and nothing else"), "已损坏");
        yield return Case("truncated zip", good[..(good.Length / 2)], "已损坏");
        yield return Case("some other zip", Zip(("a.txt", "x")), "没有 Excel 工作簿");
        yield return Case("xlsb", Zip(("xl/workbook.bin", "x")), ".xlsb");
        yield return Case("ods", Zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "OpenDocument");
        yield return Case("many entries", Zip([.. Enumerable.Range(0, 2_001).Select(i => ($"{i}", ""))]), "超过 2,000 个");
        yield return Case("no sheets", Workbook("", sheets: ""), "没有工作表");
        yield return Case("sheet part missing", Workbook("", part: "xl/worksheets/other.xml"), "缺少工作表内容");
        yield return Case("dtd", Workbook("<row/>", prolog: "<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"), "DTD");
        yield return Case("billion laughs", Workbook("""<row><c t="inlineStr"><is><t>&y;</t></is></c></row>""", prolog: "<!DOCTYPE w [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;\">]>"), "DTD");
        yield return Case("inflation", Workbook(string.Concat(Enumerable.Repeat("<row/>", 1_000_000))), "解压后过大");
        yield return Case("one endless tag", Workbook($"<row r=\"{Noise(1_200_000)}\"/>"), "内容过多");
        yield return Case("one endless text", Workbook($"<row><c t=\"inlineStr\"><is><t>{Noise(300_000)}</t></is></c></row>"), "第 1 行有单元格超过");
        yield return Case("one endless cdata", Workbook($"<row><c t=\"inlineStr\"><is><t><![CDATA[{Noise(300_000)}]]></t></is></c></row>"), "超过 32,767");
        yield return Case("long cell", Workbook($"<row><c t=\"inlineStr\"><is><t>{new string('x', 32_768)}</t></is></c></row>"), "超过 32,767");
        yield return Case("deep", Workbook(string.Concat(Enumerable.Repeat("<a>", 100))), "内容过多");
        yield return Case("many names", Workbook(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<a{i}/>"))), "内容过多");
        yield return Case("many rows", Workbook(string.Concat(Enumerable.Range(1, 200_001).Select(i => $"<row><c><v>{i * 7919 % 100_003}</v></c></row>"))), "超过 200,000 行");
        yield return Case("far column", Workbook("""<row><c r="IW1"><v>1</v></c></row>"""), "第 1 行超过 256 列");
        yield return Case("no column", Workbook("""<row><c r="7"><v>1</v></c></row>"""), "已损坏");
        yield return Case("rows out of order", Workbook("""<row r="2"/><row r="1"/>"""), "已损坏");
        yield return Case("shared string that is not there", Workbook("""<row><c t="s"><v>99</v></c></row>"""), "已损坏");
        yield return Case("negative shared string", Workbook("""<row><c t="s"><v>-1</v></c></row>"""), "已损坏");
        yield return Case("unclosed xml", Workbook("<row>"), "已损坏");
        yield return Case("text encoded otherwise", Workbook("", raw: [0x3C, 0xFF, 0xC4]), "已损坏");
    }

    [TestCaseSource(nameof(Hostile))]
    public void A_hostile_file_is_one_clear_error(byte[] file, string zh)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SheetException>(() => Sheet.Read(file))!;
        TestContext.Out.WriteLine($"{(GC.GetAllocatedBytesForCurrentThread() - before) >> 10} KiB");

        Assert.That(error.Zh, Does.Contain(zh));
        Assert.That(error.En, Is.Not.Empty);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(150_000_000));
    }

    [Test]
    public void A_large_file_is_refused_before_it_is_all_read()
    {
        var limits = new SheetLimits { FileBytes = 1 << 20 };
        using var endless = new EndlessStream();

        Assert.That(() => Sheet.Read(endless, limits), Throws.TypeOf<SheetException>().With.Property("Zh").Contains("超过 1 MB"));
        Assert.That(endless.Given, Is.LessThan(2 << 20));
    }

    [Test]
    public void Cells_and_text_are_limited_together()
    {
        var wide = Workbook("""<row><c r="IV1"><v>1</v></c></row><row><c r="IV2"><v>1</v></c></row>""");

        Assert.That(() => Sheet.Read(wide, new() { Cells = 511 }), Throws.TypeOf<SheetException>().With.Property("Zh").Contains("内容过多"));
        Assert.That(() => Sheet.Read("ab,cd"u8.ToArray(), new() { TextLength = 3 }), Throws.TypeOf<SheetException>());
        Assert.That(Sheet.Read(wide, new() { Cells = 512 }).Single().Rows, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_changed_byte_never_escapes_as_another_exception()
    {
        var good = Data("market-survey.xlsx");
        var random = new Random(4711);
        var refused = 0;
        for (var i = 0; i < 120; i++)
        {
            var bad = (byte[])good.Clone();
            bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                Sheet.Read(bad);
            }
            catch (SheetException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(60), "most bytes belong to a checked part");
    }

    [FsCheck.NUnit.Property]
    public bool Any_bytes_are_read_or_refused(byte[] bytes, bool zip)
    {
        try
        {
            return Sheet.Read(zip ? [.. "PK\x03\x04"u8, .. bytes] : bytes).Count > 0;
        }
        catch (SheetException)
        {
            return true;
        }
    }

    // ---- writing

    [Test]
    public void A_written_form_is_a_valid_workbook_in_the_manuals_layout()
    {
        var file = Written(SheetFormat.Xlsx, Journal(), Journal() with { SheetName = "[日志]:*?/\\'" + new string('长', 40) });
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), false);

        Assert.That(new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(document).Select(e => $"{e.Path?.XPath}: {e.Description}"), Is.Empty);
        Assert.That(document.WorkbookPart!.Workbook!.Sheets!.Elements<DocumentFormat.OpenXml.Spreadsheet.Sheet>().Select(s => s.Name!.Value!.Length), Is.EqualTo([9, 31]));
        var sheet = document.WorkbookPart.WorksheetParts.First().Worksheet!;
        Assert.That(sheet.Descendants<MergeCell>().Select(m => m.Reference!.Value),
            Is.EqualTo(["A1:G1", "A2:G2", "A3:A4", "B3:C3", "D3:D4", "E3:E4", "F3:F4", "G3:G4", "A8:G8", "A11:G11"]));
        Assert.That(sheet.Descendants<Pane>().Single().TopLeftCell!.Value, Is.EqualTo("A5"));
        Assert.That(sheet.Descendants<PageSetup>().Single().Orientation!.Value, Is.EqualTo(OrientationValues.Landscape));
        Assert.That(sheet.Descendants<CellFormula>(), Is.Empty);
    }

    [Test]
    public void A_written_form_is_read_with_its_types()
    {
        var rows = Sheet.Read(Written(SheetFormat.Xlsx, Journal()))[0].Rows;

        Assert.That(rows.Select(r => string.Join('|', r.Cells)), Is.EqualTo([
            "周计划及检讨表", "报告人：张三",
            "项目|本周||达成率|日期|电话|时间", "项目|计划|成果|达成率|日期|电话|时间",
            "=1+1|1200|1234567.89|0.855|2026-03-05|13800138000|2026-03-05T08:30:00",
            "是||-5|无|1899-12-31|010-1",
            "二、明细", "名称", "+86", "主管点评："]));
    }

    [Test]
    public void A_long_note_gets_the_height_it_needs()
    {
        var file = Written(SheetFormat.Xlsx, Journal() with { FooterLines = ["短", "一\n二", new string('长', 100)] });
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), false);
        var heights = document.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<Row>().TakeLast(3).Select(r => r.Height?.Value);

        Assert.That(heights, Is.EqualTo(new double?[] { null, 36, 54 }), "200 characters' width over 98");
    }

    [Test]
    public void A_written_csv_is_safe_to_open()
    {
        var text = Encoding.UTF8.GetString(Written(SheetFormat.Csv, Journal()));

        Assert.That(text, Is.EqualTo("\uFEFF项目,计划,成果,达成率,日期,电话,时间\r\n"
            + "\"'=1+1\",1200,1234567.89,0.855,2026-03-05,13800138000,\"2026-03-05 08:30:00\"\r\n"
            + "是,,-5,无,1899-12-31,010-1,\r\n\r\n二、明细\r\n名称\r\n\"'+86\"\r\n"));
    }

    [Test]
    public void Memory_does_not_grow_with_the_rows()
    {
        var path = Path.GetTempFileName();
        try
        {
            var form = new SheetForm("大表", [], [.. Enumerable.Range(0, 10).Select(i => new SheetColumn($"列{i}"))], [], []);
            long peak = 0, start = GC.GetTotalMemory(true);
            var watch = Stopwatch.StartNew();
            using (var file = File.Create(path))
            using (var writer = SheetWriter.Create(file, SheetFormat.Xlsx))
            {
                writer.Begin(form);
                for (var i = 0; i < 200_000; i++)
                {
                    writer.Row(["江苏", "南京", "某某汽车销售服务有限公司", i, i * 1.5m, new DateOnly(2026, 1, 1), "地址", "021-1", true, null]);
                    if (i % 50_000 == 49_999)
                        peak = Math.Max(peak, GC.GetTotalMemory(true) - start);
                }
                writer.End();
            }
            Assert.That(peak, Is.LessThan(5_000_000));
            TestContext.Out.WriteLine($"written in {watch.ElapsedMilliseconds} ms, {new FileInfo(path).Length >> 10} KiB");
            watch.Restart();
            var rows = Sheet.Read(File.ReadAllBytes(path), new() { Rows = 200_002 }).Single().Rows;
            TestContext.Out.WriteLine($"read in {watch.ElapsedMilliseconds} ms");
            Assert.That(rows, Has.Count.EqualTo(200_002));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void An_unfinished_form_leaves_no_readable_file()
    {
        using var file = new MemoryStream();
        Assert.That(() =>
        {
            using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
            writer.Begin(Journal());
            throw new TimeoutException();
        }, Throws.TypeOf<TimeoutException>());
        Assert.That(() => Sheet.Read(file.ToArray()), Throws.TypeOf<SheetException>());
    }

    [Test]
    public void Wrong_forms_are_refused()
    {
        var form = Journal();
        Assert.That(() => Written(SheetFormat.Xlsx, form with { Columns = [] }), Throws.ArgumentException);
        Assert.That(() => Written(SheetFormat.Csv, form, form), Throws.ArgumentException);
        Assert.That(() => Written(SheetFormat.Xlsx, form with { Rows = [new object?[8]] }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Written(SheetFormat.Xlsx), Throws.InstanceOf<ArgumentException>());
    }

    private static readonly Arbitrary<string[]> Texts = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""),
        Gen.Elements("", "=1", "'=1", "''+", "-", "@x", "\t", "\r", "\r\n", " a ", "_x000D_", "_x0041\r", "\"", "a\"b,c;d", "\0", "\u0001", "\uD800", "\uFFFE", "𠀀", "＝1", "<&>", "]]>", "\uFEFFa"),
        Gen.Choose(0, 0xFFFF).ArrayOf().Select(cs => string.Concat(cs.Select(c => (char)c)))).ArrayOf(6).ToArbitrary();

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_written_to_a_workbook_is_read_back(bool _) => Prop.ForAll(Texts, texts =>
        ReadBack(SheetFormat.Xlsx, texts).SequenceEqual(texts.Select(XmlText)));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_written_to_csv_is_read_back(bool _) => Prop.ForAll(Texts, texts =>
        ReadBack(SheetFormat.Csv, texts).SequenceEqual(texts.Select(t => LoneSurrogates(t).Replace("\0", ""))));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property What_is_written_to_gb18030_is_read_back(bool _) => Prop.ForAll(Texts, texts =>
        ReadBack(SheetFormat.CsvGb18030, texts).SequenceEqual(
            texts.Select(t => Gb18030.GetString(Gb18030.GetBytes(t.Replace("\0", ""))))));

    private static IEnumerable<string> ReadBack(SheetFormat format, string[] texts)
    {
        // A Chinese heading, as every form has: bytes of GB18030 alone can by chance be UTF-8 too, these cannot.
        var form = new SheetForm("t", [], [.. texts.Select((_, i) => new SheetColumn($"列{i}"))], [texts], []);
        var header = format == SheetFormat.Xlsx ? 2 : 1;
        var row = Sheet.Read(Written(format, form)).Single().Rows.SingleOrDefault(r => r.Number > header) ?? new(0, []);
        return Enumerable.Range(0, texts.Length).Select(i => row[i]);
    }

    private static string XmlText(string text) => LoneSurrogates(text).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD');

    private static string LoneSurrogates(string text) => string.Concat(text.EnumerateRunes());

    // ---- helpers

    private static SheetForm Journal() => new("周计划及检讨表", ["报告人：张三"],
        [
            new("项目", 20), new("计划", 10, SheetKind.Integer, "本周"), new("成果", 14, SheetKind.Decimal, "本周"),
            new("达成率", 10, SheetKind.Percent), new("日期", 12, SheetKind.Date), new("电话", 14), new("时间", 18, SheetKind.DateTime),
        ],
        [
            ["=1+1", 1200, 1234567.89m, 0.855, new DateOnly(2026, 3, 5), 13800138000L, new DateTimeOffset(2026, 3, 5, 0, 30, 0, TimeSpan.Zero)],
            [true, null, -5, "无", new DateOnly(1899, 12, 31), "010-1"],
        ],
        ["主管点评："])
    {
        SheetName = "周计划及检讨表/一",
        More = [new("二、明细", [new("名称")], [(string[])["+86"]])],
    };

    private static byte[] Written(SheetFormat format, params SheetForm[] forms)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, format, forms);
        return file.ToArray();
    }

    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, (span, r) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)('a' + r.Next(26));
        });
    }

    private static IReadOnlyList<Sheet> Read(string rows, string after = "", string workbookPr = "", string format = "0") =>
        Sheet.Read(Workbook(rows, after: after, workbookPr: workbookPr, format: format));

    private static byte[] Workbook(
        string rows, string after = "", string workbookPr = "", string prolog = "", byte[]? raw = null, string format = "0",
        string sheets = """<sheet name="表" sheetId="1" r:id="rId1"/>""", string part = "xl/worksheets/sheet1.xml")
    {
        const string main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        const string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
        var sheet = $"<?xml version=\"1.0\"?>{prolog}<worksheet {main}><sheetData>{rows}</sheetData>{after}</worksheet>";
        return Zip(
            ("_rels/.rels", $"<Relationships {package}><Relationship Id=\"x\" Type=\"{office}/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"),
            ("xl/workbook.xml", $"<workbook {main} xmlns:r=\"{office}\">{workbookPr}<sheets>{sheets}</sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", $"<Relationships {package}><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                + $"<Relationship Id=\"rId2\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId3\" Type=\"{office}/styles\" Target=\"./styles.xml\"/>"
                + $"<Relationship Id=\"rId4\" Type=\"{office}/worksheet\" TargetMode=\"External\" Target=\"http://127.0.0.1:1/x\"/></Relationships>"),
            ("xl/sharedStrings.xml", $"<sst {main}><si><t>北京</t></si><si><t xml:space=\"preserve\">天津  </t><phoneticPr fontId=\"1\"/></si></sst>"),
            ("xl/styles.xml", $"<styleSheet {main}><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/><numFmt numFmtId=\"165\" formatCode=\"[h]:mm\"/><numFmt numFmtId=\"166\" formatCode=\"{System.Security.SecurityElement.Escape(format)}\"/></numFmts>"
                + "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"165\"/><xf numFmtId=\"164\"/><xf numFmtId=\"166\"/></cellXfs></styleSheet>"),
            (part, raw is null ? sheet : Encoding.Latin1.GetString(raw)));
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, true))
            foreach (var (name, text) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(text.Any(c => c is >= '\u0080' and < 'Ā') ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text));
            }
        return file.ToArray();
    }

    /// <summary>Gives bytes for ever, and counts them.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
