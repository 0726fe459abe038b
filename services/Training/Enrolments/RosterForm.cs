using Qudao.Platform;

namespace Qudao.Training.Enrolments;

/// <summary>A row without fault.</summary>
public sealed record RosterEntry(SheetRecord Record, string Name, string Phone, string Position, string Employer);

/// <summary>The roster 签到表: its columns, how it is read and written.</summary>
public static class RosterForm
{
    public const string Title = "培训签到表";
    public const string Name = "姓名";
    public const string Phone = "电话";
    public const string Position = "职务";
    public const string Employer = "单位";

    private const int MostRows = 1000, LongestName = 50, ShortestPhone = 5, LongestPhone = 50;

    private static readonly SheetHeader[] Headers =
    [
        new SheetHeader(Name, Aliases: ["学员姓名", "参训人员"]), new(Phone, Required: false, "联系电话", "手机"), new(Position, Required: false, "岗位"),
        new(Employer, Required: false, "4S店名称", "机构名称"),
    ];

    private static readonly IReadOnlyList<SheetColumn> Columns =
    [
        new("序号", 6, SheetKind.Integer), new(Name, 12), new(Phone, 18), new(Position, 14), new(Employer, 30), new("出勤", 8), new("成绩", 8, SheetKind.Integer), new("签名", 16),
    ];

    private static readonly Dictionary<string, string> Marks = new() { ["expected"] = "", ["attended"] = "出勤", ["absent"] = "缺勤", ["excused"] = "请假" };

    /// <summary>Reads .xlsx or .csv: sound rows, and the faults of the others.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no roster, has no rows or too many.</exception>
    public static IReadOnlyList<RosterEntry> Read(byte[] file, List<SheetError> errors)
    {
        try
        {
            var rows = SheetTable.Find(Sheet.Read(file), Headers).Rows;
            if (rows.Count is 0 or > MostRows)
                throw Errors.Invalid("file", $"表头之下须有 1 至 {MostRows} 行", $"there must be 1 to {MostRows} rows below the header", rows.Count == 0 ? "NO_ROWS" : "TOO_MANY");
            return [.. rows.Select(record => Read(record, errors)).OfType<RosterEntry>()];
        }
        catch (SheetException e)
        {
            throw Errors.Invalid("file", e.Zh, e.En, "BAD_FILE");
        }
    }

    public static SheetForm Form(IReadOnlyList<string> lines, IEnumerable<EnrolmentRow> rows) =>
        new(Title, lines, Columns, rows.Select((row, i) => (IReadOnlyList<object?>)[i + 1, row.TraineeName, row.Phone, row.Position, row.PartnerName, Marks[row.Attendance], row.Score, ""]), ["讲师签名：", "日期："]);

    private static RosterEntry? Read(SheetRecord record, List<SheetError> errors)
    {
        var before = errors.Count;
        var name = record.Required(Name, errors);
        var phone = record[Phone];
        var digits = phone.Count(char.IsAsciiDigit);
        if (name.Length > LongestName)
            errors.Add(record.Error(Name, $"最多 {LongestName} 个字", $"must have at most {LongestName} characters"));
        if (record[Position].Length > LongestName)
            errors.Add(record.Error(Position, $"最多 {LongestName} 个字", $"must have at most {LongestName} characters"));
        if (phone.Length > 0 && (digits < ShortestPhone || phone.Length > LongestPhone))
            errors.Add(record.Error(Phone, "须是电话号码", "must be a telephone number"));
        return errors.Count > before ? null : new RosterEntry(record, name, phone, record[Position], record[Employer]);
    }
}
