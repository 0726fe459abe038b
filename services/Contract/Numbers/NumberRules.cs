using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Numbers;

/// <summary>What the number register 合同领用登记 allows.</summary>
public static class NumberRules
{
    /// <summary>Numbers of one block at most.</summary>
    public const int MaxBlock = 10_000;

    /// <summary>From which states a number may be voided 作废: all in which it is not used. A used or void number never moves again.</summary>
    private static readonly NumberState[] Voidable = [NumberState.Free, NumberState.Issued, NumberState.Returned];

    /// <summary>What is wrong with a new block.</summary>
    public static IReadOnlyList<Violation> Create(NumberBlock block)
    {
        var violations = new List<Violation>();
        if (block.Last < block.First)
            violations.Add(new("number_block.last", "止号不能小于起号", "must not be before the first number") { Given = ["number_block.first"] });
        else if (block.Last - block.First >= MaxBlock)
            violations.Add(new("number_block.last", $"一个号段最多 {MaxBlock} 个号", $"a block has at most {MaxBlock} numbers", "OUT_OF_RANGE") { Given = ["number_block.first"] });
        if ($"{block.Last}".Length > block.Width)
            violations.Add(new("number_block.width", $"止号 {block.Last} 超过 {block.Width} 位", $"the last number {block.Last} has more digits than {block.Width}", "OUT_OF_RANGE") { Given = ["number_block.last"] });
        if (block.Prefix.Any(c => !char.IsLetterOrDigit(c) && c is not ('-' or '_' or '/' or '.' or '〔' or '〕' or '(' or ')' or '（' or '）')))
            violations.Add(new("number_block.prefix", "前缀只能由文字、数字、括号和 - _ / . 组成", "may have letters, digits, brackets and - _ / . only", "BAD_CHARACTERS"));
        return violations;
    }

    /// <summary>The number as it is printed: prefix and running number with zeros in front.</summary>
    public static string Text(string prefix, long number, long width) => prefix + $"{number}".PadLeft((int)width, '0');

    /// <summary>Null, or why a number in this state cannot be voided.</summary>
    public static Refusal? RefuseVoid(NumberState state, string number) => Voidable.Contains(state) ? null : WrongState(state, number);

    /// <summary>Null, or why a number in this state cannot be taken back.</summary>
    public static Refusal? RefuseReturn(NumberState state, string number) => state == NumberState.Issued ? null : WrongState(state, number);

    /// <summary>No number can be taken from the organisation's register.</summary>
    public static Refusal NoFreeNumber(string organisationId, AgreementKind kind) => Errors.Precondition("NO_FREE_NUMBER",
        $"合同领用登记中没有可用的{KindNames.Zh(kind)}编号（organisations/{organisationId}），请先登记号段。",
        $"The register of organisations/{organisationId} has no free number for a {KindNames.En(kind)}; open a block first.");

    private static Refusal WrongState(NumberState state, string number) => Errors.Precondition("NUMBER_STATE",
        $"编号 {number} {StateZh(state)}，不能进行此操作。", $"Number {number} is {Codes.Of(state)}; this cannot be done with it.");

    /// <summary>What people call the state.</summary>
    public static string StateZh(NumberState state) => state switch
    {
        NumberState.Free => "尚未领用",
        NumberState.Issued => "已领用",
        NumberState.Used => "已使用",
        NumberState.Void => "已作废",
        _ => "已交回",
    };
}
