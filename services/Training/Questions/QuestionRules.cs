using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Questions;

/// <summary>What a sound question is.</summary>
public static class QuestionRules
{
    public static readonly IReadOnlyList<string> TrueFalse = ["对", "错"];

    private const int FewestOptions = 2;

    public static IEnumerable<Violation> Check(Question question)
    {
        if (question.Kind == QuestionKind.Unspecified)
            yield break;
        var options = question.Kind == QuestionKind.TrueFalse ? TrueFalse.Count : question.Options.Count;
        if (question.Kind == QuestionKind.TrueFalse && question.Options.Count > 0 && !question.Options.SequenceEqual(TrueFalse))
            yield return Fault("options", "判断题的选项固定为“对”“错”，请勿填写。", "True or false brings its own options; give none.", "NOT_ALLOWED");
        else if (options < FewestOptions)
            yield return Fault("options", "至少须有 2 个选项。", "Give 2 options at least.", "TOO_FEW");
        for (var i = 0; i < question.Options.Count; i++)
            if (question.Options[i].Trim().Length == 0 || question.Options.Take(i).Contains(question.Options[i]))
                yield return Fault($"options[{i}]", "选项不能为空，也不能重复。", "An option is not empty and not there twice.", "DUPLICATE");
        for (var i = 0; i < question.Correct.Count; i++)
            if (question.Correct[i] > options || question.Correct.Take(i).Contains(question.Correct[i]))
                yield return new Violation($"question.correct[{i}]", "没有这个选项，或重复。", "There is no such option, or it is there twice.", "OUT_OF_RANGE") { Given = ["question.options"] };
        if (question.Kind != QuestionKind.Multiple && question.Correct.Count > 1)
            yield return Fault("correct", "只能有一个正确选项。", "Only one option is right.", "TOO_MANY") with { Given = ["question.correct", "question.kind"] };
    }

    private static Violation Fault(string field, string zh, string en, string reason) => new($"question.{field}", zh, en, reason);
}
