using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>A line of a request, read: Day and Quantity were checked, the product code is in its stored form.</summary>
public sealed record AskedLine(string PartnerId, DateOnly Day, string ProductCode, long Quantity);

/// <summary>What may be reported.</summary>
public static class SalesRules
{
    public static AskedLine Read(DailySalesLine line) =>
        new(Ids.Of(line.Partner, "partners"), Days.Parse(line.Day)!.Value, Product(line.ProductCode), line.Quantity);

    /// <summary>Codes are told apart without regard to case.</summary>
    public static string Product(string code) => code.Trim().ToUpperInvariant();

    /// <summary>What the lines get wrong by themselves: the future, malformed codes, the same line twice.</summary>
    public static List<Violation> Check(IReadOnlyList<DailySalesLine> lines, DateOnly today)
    {
        var violations = new List<Violation>();
        var seen = new Dictionary<(string, string, string), int>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var code = Product(line.ProductCode);
            violations.AddRange(Check(line, today).Select(fault => fault with { Field = $"lines[{i}].{fault.Field}" }));
            if (!seen.TryAdd((line.Partner, line.Day, code), i) && seen[(line.Partner, line.Day, code)] is var first)
                violations.Add(new Violation($"lines[{i}]", $"与第 {first + 1} 行重复：同一机构、日期和产品。", $"Repeats lines[{first}]: the same partner, day and product.", "DUPLICATE"));
        }
        return violations;
    }

    /// <summary>What a line gets wrong by itself, beside its contract.</summary>
    public static IEnumerable<Violation> Check(DailySalesLine line, DateOnly today)
    {
        if (ServiceRules.Day(line.Day) > today)
            yield return new Violation("day", "不能填报未来日期的销量。", "Sales of a day to come cannot be reported.", "IN_FUTURE");
        if (!Product(line.ProductCode).All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            yield return new Violation("product_code", "产品编码只能含字母、数字和短横线。", "A product code has letters, digits and dashes only.", "BAD_FORMAT");
    }

    /// <summary>All that a line gets wrong by itself: its contract, and beside it what no contract says.</summary>
    public static IReadOnlyList<Violation> CheckAll(DailySalesLine line, DateOnly today)
    {
        var faults = RequestRules.Check(line);
        return [.. faults, .. Check(line, today).Where(more => !faults.Any(known => known.Field == more.Field))];
    }

    /// <summary>A line that stands with another quantity.</summary>
    public static Violation AlreadyReported(string field, SalesRow row) =>
        new(field, $"该销量已填报为 {row.Quantity}，如有误请用更正（dailySales/{row.Id}）。", $"Reported as {row.Quantity} before; correct dailySales/{row.Id} instead.", "ALREADY_REPORTED");

    /// <summary>What the lines get wrong by what is known: partners that are not there, and lines reported with another quantity.</summary>
    public static List<Violation> Check(IReadOnlyList<AskedLine> lines, IReadOnlyDictionary<string, PartnerRow> partners, IReadOnlyDictionary<AskedLine, SalesRow> reported)
    {
        var violations = new List<Violation>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (!partners.ContainsKey(lines[i].PartnerId))
                violations.Add(Errors.Missing($"lines[{i}].partner", $"partners/{lines[i].PartnerId}"));
            if (reported.TryGetValue(lines[i], out var row) && row.Quantity != lines[i].Quantity)
                violations.Add(AlreadyReported($"lines[{i}].quantity", row));
        }
        return violations;
    }
}
