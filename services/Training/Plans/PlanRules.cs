using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Plans;

/// <summary>What may happen to an annual plan.</summary>
public static class PlanRules
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Approved = "approved";
    public const string Returned = "returned";

    /// <summary>draft or returned → submitted → approved or returned; an approved one is returned to be changed.</summary>
    private static readonly HashSet<(string From, string To)> Moves =
        [(Draft, Submitted), (Returned, Submitted), (Submitted, Approved), (Submitted, Returned), (Approved, Returned)];

    private static readonly Dictionary<string, (string Zh, string En)> Labels = new()
    {
        [Draft] = ("草稿", "a draft"),
        [Submitted] = ("待审批", "handed in"),
        [Approved] = ("已批准", "approved"),
        [Returned] = ("已退回", "returned"),
    };

    public static IReadOnlyCollection<string> States => Labels.Keys;

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static bool MayChange(string state) => state is Draft or Returned;

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE", $"年度计划当前为“{Labels[from].Zh}”，不能变为“{Labels[to].Zh}”。", $"The plan is {Labels[from].En}; it cannot become {Labels[to].En}.");
    }

    public static void RequireChangeable(string state)
    {
        if (!MayChange(state))
            throw Errors.Precondition("WRONG_STATE", $"年度计划当前为“{Labels[state].Zh}”，不能修改；请先退回。", $"The plan is {Labels[state].En} and cannot be changed; have it returned first.");
    }

    /// <summary>Nobody approves what he handed in himself.</summary>
    public static void RequireOther(string? submitter, string approver)
    {
        if (submitter == approver)
            throw Errors.Precondition("OWN_PLAN", "不能审批自己提交的计划。", "Nobody approves a plan he handed in himself.");
    }

    /// <summary>What is handed in has lines.</summary>
    public static void RequireItems(int count)
    {
        if (count == 0)
            throw Errors.Precondition("NO_ITEMS", "计划还没有任何培训项目。", "The plan has no lines yet.");
    }

    /// <summary>Its month is over and sessions are missing.</summary>
    public static bool IsBehind(int year, int month, int planned, int held, DateOnly today) =>
        held < planned && ChinaTime.EndOfMonth(new DateOnly(year, month, 1)) < today;

    /// <summary>A line is kept by its id, which is there once.</summary>
    public static IEnumerable<Violation> Items(IReadOnlyList<TrainingPlanItem> items)
    {
        for (var i = 0; i < items.Count; i++)
            if (items[i].Id.Length > 0 && items.Take(i).Any(before => before.Id == items[i].Id))
                yield return new Violation($"training_plan.items[{i}].id", "重复", "is there twice", "DUPLICATE");
    }
}
