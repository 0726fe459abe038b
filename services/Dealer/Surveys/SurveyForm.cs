using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>A row of the form without fault: what it says, and the partner it would make.</summary>
/// <param name="Number">The row as the spreadsheet program numbers it.</param>
/// <param name="Cells">The cells as written.</param>
/// <param name="NameKey">With the city what the shop is known by.</param>
public sealed record SurveyEntry(int Number, string Sheet, SurveyRow Cells, string NameKey)
{
    public string CityCode => Cells.CityCode;

    public string ProvinceCode => Cells.CityCode[..2];
}

/// <summary>One data row: an entry, or its faults.</summary>
/// <param name="Record">The row as it stands in the file.</param>
/// <param name="Cells">What of it can be read; the city's code is empty where the place is none, or not the caller's to enter.</param>
public sealed record SurveyLine(SheetRecord Record, SurveyRow Cells, string NameKey, IReadOnlyList<SheetError> Errors)
{
    /// <summary>Null when the row has a fault.</summary>
    public SurveyEntry? Entry => Errors.Count > 0 ? null : new(Record.Number, Record.Sheet, Cells, NameKey);
}

/// <summary>市场及客户信息调研表 (附件一): its columns, how its rows are read and how it is written.</summary>
public static class SurveyForm
{
    public const string Title = "市场及客户信息调研表";
    public const string Region = "地区";
    public const string City = "城市";
    public const string Name = "销售终端(4S店)名称";
    public const string Brands = "主营车型";
    public const string AnnualVolume = "年销量";
    public const string Address = "地址";
    public const string Contact = "联系人";
    public const string Phone = "电话";
    public const string Target = "是/否为拓展目标";
    public const string Advantage = "拓展优势";

    public static readonly IReadOnlyList<SheetColumn> Columns =
    [
        new(Region, 8), new(City, 10), new(Name, 36), new(Brands, 12), new(AnnualVolume, 8, SheetKind.Integer), new(Address, 44), new(Contact, 10),
        new(Phone, 24), new(Target, 16), new(Advantage, 24),
    ];

    private static readonly SheetHeader[] Headers =
    [
        Region, City, new SheetHeader(Name, Aliases: ["4S店名称", "销售终端名称"]), new(Brands, Required: false), new(AnnualVolume, Required: false),
        new(Address, Required: false), new(Contact, Required: false), new(Phone, Required: false), new(Target, Required: false), new(Advantage, Required: false),
    ];

    // A row makes a partner, so it keeps the partner's rules; the fault is told where the user can see it.
    private static readonly Dictionary<string, string> ColumnOf = new()
    {
        ["partner.display_name"] = Name,
        ["partner.city_code"] = City,
        ["partner.brands"] = Brands,
        ["partner.annual_volume"] = AnnualVolume,
        ["partner.address"] = Address,
        ["partner.contact"] = Contact,
        ["partner.phone"] = Phone,
        ["partner.advantage"] = Advantage,
    };

    /// <summary>Reads .xlsx or .csv. A shop named twice is a fault of the later row.</summary>
    /// <exception cref="Refusal">INVALID_ARGUMENT: the file is no such form, or has no rows.</exception>
    public static IReadOnlyList<SurveyLine> Read(byte[] file)
    {
        try
        {
            var table = SheetTable.Find(Sheet.Read(file), Headers);
            var seen = new Dictionary<(string City, string Name), int>();
            SurveyLine[] lines = [.. table.Rows.Select(record => Read(record, seen))];
            return lines.Length > 0 ? lines : throw Errors.Invalid("file", "表头之下没有数据", "there are no rows below the header", "NO_ROWS");
        }
        catch (SheetException e)
        {
            throw Errors.Invalid("file", e.Zh, e.En, "BAD_FILE");
        }
    }

    public static SheetForm Form(string month) => new(Title, [$"月份：{month}"], Columns, [], []);

    public static IReadOnlyList<object?> Cells(SurveyRow row) =>
    [
        row.Province, row.City, row.Name, row.Brands, row.AnnualVolume, row.Address, row.Contact, row.Phone, row.IsTarget, row.Advantage,
    ];

    private static SurveyLine Read(SheetRecord record, Dictionary<(string, string), int> seen)
    {
        var errors = new List<SheetError>();
        var cells = new SurveyRow
        {
            Province = record.Required(Region, errors),
            City = record[City],
            Name = record.Required(Name, errors),
            Brands = record[Brands],
            AnnualVolume = record.Integer(AnnualVolume, errors),
            Address = record[Address],
            Contact = record[Contact],
            Phone = record[Phone],
            IsTarget = record.YesNo(Target, errors),
            Advantage = record[Advantage],
        };
        if (cells.Province.Length > 0)
            Locate(record, cells, errors);
        // Every fault of the row is told at once; of a column that has one already nothing more, and a city needs its region.
        var faulty = errors.Select(error => error.Column == Region ? City : error.Column).ToHashSet();
        errors.AddRange(Faults(record, cells).Where(fault => !faulty.Contains(fault.Column)));
        var (nameKey, place) = (PartnerRules.NameKey(cells.Name), cells.CityCode);
        if (place.Length > 0 && nameKey.Length > 0)
        {
            if (seen.TryGetValue((place, nameKey), out var first))
                errors.Add(record.Error(Name, $"与第 {first} 行是同一家", $"is the shop of row {first} again"));
            else if (errors.Count == 0)
                seen[(place, nameKey)] = record.Number;
        }
        return new(record, cells, nameKey, errors);
    }

    private static void Locate(SheetRecord record, SurveyRow cells, List<SheetError> errors)
    {
        var found = Divisions.Find(cells.Province, cells.City);
        if (found.Place is { } place)
            cells.CityCode = place.City.Code;
        else
            errors.Add(record.Error(Divisions.Province(cells.Province) is null ? Region : City, found.Zh, found.En));
    }

    private static List<SheetError> Faults(SheetRecord record, SurveyRow cells)
    {
        var partner = new Partner
        {
            DisplayName = cells.Name,
            Kind = PartnerKind.Terminal,
            CityCode = cells.CityCode,
            Brands = cells.Brands,
            Address = cells.Address,
            Contact = cells.Contact,
            Phone = cells.Phone,
            Advantage = cells.Advantage,
        };
        if (cells.AnnualVolume is { } volume)
            partner.AnnualVolume = volume;
        var violations = RequestRules.Check(new CreatePartnerRequest { Partner = partner });
        var more = PartnerRules.Fields(partner).Where(fault => violations.All(known => known.Field != fault.Field));
        return [.. violations.Concat(more).Select(v => record.Error(ColumnOf[v.Field], v.Zh, v.En))];
    }
}
