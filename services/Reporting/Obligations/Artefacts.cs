using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Obligations;

/// <summary>What is done for obligations, by the collection of its resource name.</summary>
public static class Artefacts
{
    private static readonly Dictionary<string, ArtefactKind> ByCollection = new()
    {
        ["journals"] = ArtefactKind.Journal,
        ["plans"] = ArtefactKind.Plan,
        ["decompositions"] = ArtefactKind.Plan,
        ["forms"] = ArtefactKind.Form,
        ["evaluations"] = ArtefactKind.Evaluation,
        ["surveyMonths"] = ArtefactKind.SurveyMonth,
        ["agreements"] = ArtefactKind.Agreement,
        ["agreementStatistics"] = ArtefactKind.Statistics,
        ["reconciliations"] = ArtefactKind.Reconciliation,
        ["dailySales"] = ArtefactKind.DailySales,
    };

    // The others are told of by events.
    private static readonly string[] ByHand = ["journals", "plans", "decompositions", "forms", "evaluations"];

    /// <summary>As the API shows it; null for none.</summary>
    public static Artefact? Of(string name) => name.Length == 0 ? null : new Artefact { Name = name, Kind = ByCollection.GetValueOrDefault(name.Split('/')[0]) };

    /// <summary>What a submission by hand gets wrong in naming it.</summary>
    public static IEnumerable<Violation> Check(string name) =>
        name.Length == 0 || (name.Split('/') is [var collection, { Length: > 0 } id] && ByHand.Contains(collection) && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            ? []
            : [new Violation("artefact", $"须为资源名，如 journals/01k…（可选：{string.Join("、", ByHand)}）", $"must be a resource name of {string.Join(", ", ByHand)}", "BAD_FORMAT")];
}
