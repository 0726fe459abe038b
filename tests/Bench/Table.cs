using System.Globalization;

namespace Qudao.Bench;

/// <summary>The one table that all is for.</summary>
internal static class Table
{
    private static readonly string[] Head = ["", "ours", "bare", "", "ratio", "min–max", "aim", "met"];

    public static void Print(IReadOnlyList<Result> results, Options options)
    {
        string[][] cells = [Head, .. results.Select(Cells)];
        var widths = Enumerable.Range(0, Head.Length).Select(column => cells.Max(row => row[column].Length)).ToList();
        Console.Out.WriteLine();
        foreach (var row in cells)
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, column) => column is 0 or 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Medians of {options.Rounds} rounds, ours and bare in turn; {Load.Concurrency} calls at a time; {Environment.ProcessorCount} cores, .NET {Environment.Version}.");
    }

    public static string Figure(double value) =>
        value.ToString(value switch { >= 1000 => "#,##0", >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    private static string[] Cells(Result result) =>
    [
        result.Line.Title,
        Figure(Result.Median(result.Ours)),
        Figure(Result.Median(result.Bare)),
        result.Line.Unit,
        Figure(Result.Median(result.Ratios)),
        $"{Figure(result.Ratios.Min())}–{Figure(result.Ratios.Max())}",
        result.Line.Aim?.ToString() ?? "",
        result.IsMet switch { true => "yes", false => "NO", null => "" },
    ];
}
