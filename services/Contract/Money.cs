namespace Qudao.Contract;

/// <summary>Amounts as people read them.</summary>
public static class Money
{
    /// <summary>For a spreadsheet.</summary>
    public static decimal Yuan(long fen) => fen / 100m;

    /// <summary>"1,234.56 元".</summary>
    public static string Zh(long fen) => $"{Yuan(fen):N2} 元";

    /// <summary>"CNY 1,234.56".</summary>
    public static string En(long fen) => $"CNY {Yuan(fen):N2}";
}
