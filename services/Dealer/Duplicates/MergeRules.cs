using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>Whether two partners can be merged, and what the survivor is like then.</summary>
public static class MergeRules
{
    private sealed record Field(string Name, Func<PartnerRow, string> Read, Action<PartnerRow, PartnerRow> Take);

    private static readonly Field[] Fields =
    [
        new("address", row => row.Address, (to, from) => to.Address = from.Address),
        new("contact", row => row.Contact, (to, from) => to.Contact = from.Contact),
        new("phone", row => row.Phone, (to, from) => to.Phone = from.Phone),
        new("brands", row => row.Brands, (to, from) => to.Brands = from.Brands),
        new("annual_volume", row => row.AnnualVolume?.ToString() ?? "", (to, from) => to.AnnualVolume = from.AnnualVolume),
        new("advantage", row => row.Advantage, (to, from) => to.Advantage = from.Advantage),
        new("assignee", row => row.AssigneeId is { } id ? $"staff/{id}" : "", (to, from) => to.AssigneeId = from.AssigneeId),
    ];

    // The further one has come, the later; whoever was lost before signing has come least far.
    private static readonly string[] Order =
        [.. new[] { PartnerStage.Lost, PartnerStage.Surveyed, PartnerStage.Target, PartnerStage.Negotiating, PartnerStage.Signed, PartnerStage.Trained, PartnerStage.Operating, PartnerStage.Suspended, PartnerStage.Terminated }.Select(EnumText.Of)];

    /// <summary>What cannot be, whatever the two are.</summary>
    public static IEnumerable<Violation> Merge(MergePartnersRequest request)
    {
        if (request.Source.Length > 0 && request.Source == request.Name)
            yield return Another("source");
        for (var i = 0; i < request.TakeFromSource.Count; i++)
            if (Fields.All(known => known.Name != request.TakeFromSource[i]))
                yield return new($"take_from_source[{i}]", $"没有可选的字段“{request.TakeFromSource[i]}”", $"\"{request.TakeFromSource[i]}\" is no field to choose");
    }

    /// <summary>Nobody is distinct from himself.</summary>
    public static IEnumerable<Violation> Distinct(MarkDistinctRequest request)
    {
        if (request.Second.Length > 0 && request.Second == request.First)
            yield return Another("second");
    }


    /// <summary>Why the source cannot go into the survivor; null when it can.</summary>
    /// <param name="bothHoldCities">Each holds a city: two claims that one agreement cannot cover.</param>
    public static Refusal? WhyNot(PartnerRow survivor, PartnerRow source, bool bothHoldCities) =>
        source.MergedInto is not null || survivor.MergedInto is not null ? PartnerRules.Merged(source.MergedInto is not null ? source : survivor)
        : survivor.Kind != source.Kind ? Errors.Precondition("KINDS_DIFFER", "市级代理商与终端不能合并。", "A city agent and a terminal cannot be merged.")
        : survivor.OrganisationId != source.OrganisationId ? Errors.Precondition("ORGANISATIONS_DIFFER", "两个机构不属于同一组织，请先调整归属。", "The two belong to different organisations.")
        : source.Id == survivor.ParentId || survivor.Id == source.ParentId ? Errors.Precondition("PARENT_AND_CHILD", "上下级机构不能合并。", "A partner and the one above it cannot be merged.")
        : IsBound(survivor) && IsBound(source) ? Errors.Precondition("BOTH_SIGNED", "两个机构都已签约，请先终止其中一方的协议。", "Both have signed; end the agreement of one first.")
        : bothHoldCities ? Errors.Precondition("BOTH_HOLD_TERRITORY", "两个机构都持有区域，请先释放其中一方的区域。", "Both hold a territory; release that of one first.")
        : null;

    /// <summary>Brings the survivor to what it is after the merge: its own values, the source's where it has none or they were chosen, the later stage.</summary>
    /// <returns>The fields in which the two differed.</returns>
    public static List<FieldConflict> Merge(PartnerRow survivor, PartnerRow source, IReadOnlyCollection<string> takeFromSource)
    {
        var conflicts = new List<FieldConflict>();
        foreach (var field in Fields)
        {
            var (own, other) = (field.Read(survivor), field.Read(source));
            if (own == other || (other.Length == 0 && !takeFromSource.Contains(field.Name)))
                continue;
            if (own.Length == 0 || takeFromSource.Contains(field.Name))
                field.Take(survivor, source);
            conflicts.Add(new FieldConflict { Field = field.Name, SurvivorValue = own, SourceValue = other, Result = field.Read(survivor) });
        }
        if (Array.IndexOf(Order, source.Stage) > Array.IndexOf(Order, survivor.Stage))
        {
            conflicts.Add(new FieldConflict { Field = "stage", SurvivorValue = survivor.Stage, SourceValue = source.Stage, Result = source.Stage });
            (survivor.Stage, survivor.SuspendedFrom) = (source.Stage, source.SuspendedFrom);
        }
        survivor.TrainedDate = Earlier(survivor.TrainedDate, source.TrainedDate);
        survivor.AgreedUntil = Later(survivor.AgreedUntil, source.AgreedUntil);
        return conflicts;
    }

    private static Violation Another(string field) => new(field, "须是另一个机构", "must be another partner");

    private static bool IsBound(PartnerRow row) => Array.IndexOf(Order, row.Stage) >= Array.IndexOf(Order, EnumText.Of(PartnerStage.Signed));

    private static DateOnly? Later(DateOnly? a, DateOnly? b) => a is null || b > a ? b : a;

    private static DateOnly? Earlier(DateOnly? a, DateOnly? b) => a is null || b < a ? b : a;
}
