using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Evaluations;

/// <summary>When somebody is asked how the training was, and what he may answer.</summary>
public static class EvaluationRules
{
    public const string Waiting = "waiting";
    public const string Invited = "invited";
    public const string Answered = "answered";
    public const string Lapsed = "lapsed";

    private static readonly string FollowUp = Codes.Of(EvaluationRound.FollowUp);

    /// <summary>Right after the session, and again once it must have shown what is used of it.</summary>
    public static readonly IReadOnlyList<string> Rounds = [Codes.Of(EvaluationRound.Session), FollowUp];

    private static readonly HashSet<(string From, string To)> Moves = [(Waiting, Invited), (Invited, Answered), (Invited, Lapsed)];

    private static readonly Dictionary<string, (string Zh, string En)> Labels = new()
    {
        [Waiting] = ("未到期", "not open yet"),
        [Invited] = ("待填写", "open"),
        [Answered] = ("已填写", "answered"),
        [Lapsed] = ("已失效", "over"),
    };

    public static IReadOnlyCollection<string> States => Labels.Keys;

    /// <summary>How long after the session a round's invitations go out.</summary>
    public static TimeSpan After(string round, TrainingSettings settings) => TimeSpan.FromDays(round == FollowUp ? settings.FollowUpDays : 0);

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE", $"该评估当前为“{Labels[from].Zh}”。", $"The evaluation is {Labels[from].En}.");
    }
}
