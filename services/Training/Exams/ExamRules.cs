using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Exams;

/// <summary>A question as a test puts it, kept as it was when the test was made.</summary>
public sealed record Put(string Text, string Kind, IReadOnlyList<string> Options, IReadOnlyList<int> Right, int Points);

/// <summary>What an attempt comes to.</summary>
public sealed record Result(int Score, bool Passed, IReadOnlyList<bool> Right);

/// <summary>How tests are made and scored.</summary>
public static class ExamRules
{
    /// <summary>Named questions, or a number of them drawn; not both and not neither.</summary>
    public static IEnumerable<Violation> Create(CreateExamRequest request)
    {
        if (request.Questions.Count == 0 && request.Draw == 0)
            yield return new Violation("questions", "须指定题目或抽题数量。", "Name questions, or how many to draw.", "REQUIRED") { Given = ["draw"] };
        else if (request.Questions.Count > 0 && request.Draw > 0)
            yield return new Violation("draw", "已指定题目，请勿再抽题。", "Questions are named; draw none.", "NOT_ALLOWED") { Given = ["questions"] };
        for (var i = 0; i < request.Questions.Count; i++)
            if (request.Questions.Take(i).Contains(request.Questions[i]))
                yield return new Violation($"questions[{i}]", "重复", "is named twice", "DUPLICATE");
    }

    /// <summary>
    /// Points of all points, of 100, rounded down so that nobody passes by rounding. A question counts when exactly the right
    /// options are chosen.
    /// </summary>
    public static Result Score(IReadOnlyList<Put> questions, IReadOnlyList<IReadOnlyCollection<int>> answers, int passScore)
    {
        bool[] right = [.. questions.Select((question, i) => question.Right.ToHashSet().SetEquals(answers[i]))];
        var score = questions.Where((_, i) => right[i]).Sum(q => q.Points) * 100 / questions.Sum(q => q.Points);
        return new Result(score, score >= passScore, right);
    }

    /// <summary>One answer to each question, of options that there are.</summary>
    public static IReadOnlyList<Violation> Answers(IReadOnlyList<Put> questions, IReadOnlyList<Answer> answers)
    {
        if (answers.Count != questions.Count)
            return [new Violation("answers", $"试卷共 {questions.Count} 题，须逐题作答（可留空）。", $"The test has {questions.Count} questions; give an answer to each, if an empty one.", "WRONG_COUNT")];
        return
        [
            .. from i in Enumerable.Range(0, answers.Count)
               where answers[i].Chosen.Any(chosen => chosen > questions[i].Options.Count)
               select new Violation($"answers[{i}].chosen", "没有这个选项。", "There is no such option.", "OUT_OF_RANGE"),
        ];
    }
}
