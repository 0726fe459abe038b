using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Assignment;

/// <summary>Which queue takes a ticket, who of it, and what may be written into one.</summary>
public static class QueueRules
{
    private static readonly string[] Changeable = ["display_name", "kinds", "auto_assign", "members"];

    /// <summary>The nearest above a place that takes the kind; in one organisation what names it comes before what takes all.</summary>
    public static QueueRow? Choose(IEnumerable<QueueRow> all, string scopePath, string kind) =>
        all.Where(queue => scopePath.StartsWith(queue.ScopePath, StringComparison.Ordinal) && TakesKind(queue, kind))
            .OrderByDescending(queue => queue.ScopePath.Length).ThenBy(queue => queue.Kinds == "[]").ThenBy(queue => queue.Id, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>A queue that names no kinds takes all.</summary>
    public static bool TakesKind(QueueRow queue, string kind) => queue.Kinds == "[]" || queue.ReadKinds().Contains(kind);

    /// <summary>Of those who can do it and have room: the one with the fewest open tickets, then who got one longest ago.</summary>
    public static MemberRow? Choose(IEnumerable<MemberRow> members, string skill) =>
        members.Where(member => CanDo(member, skill) && member.OpenTickets < member.Capacity)
            .OrderBy(member => member.OpenTickets).ThenBy(member => member.LastUs).ThenBy(member => member.StaffId, StringComparer.Ordinal).FirstOrDefault();

    public static bool CanDo(MemberRow member, string skill) => skill.Length == 0 || member.ReadSkills().Contains(skill);

    /// <summary>What is wrong with a queue.</summary>
    public static IEnumerable<Violation> Check(Queue queue)
    {
        foreach (var (i, kind) in queue.Kinds.Index())
            if (kind == TicketKind.Unspecified || queue.Kinds.Take(i).Contains(kind))
                yield return new($"queue.kinds[{i}]", "须是类型，且不重复", "must be a kind, and not there twice");
        foreach (var (i, member) in queue.Members.Index())
            if (queue.Members.Take(i).Any(before => before.Staff == member.Staff))
                yield return new($"queue.members[{i}].staff", "此人出现两次", "is there twice", "TWICE");
    }

    /// <summary>What is wrong with an update of one.</summary>
    public static IEnumerable<Violation> Update(Queue queue, IReadOnlyCollection<string> mask)
    {
        if (Ids.Of(queue.Name, "queues").Length == 0)
            yield return new("queue.name", "须是资源名，如 queues/01k2…", "must be a resource name such as queues/01k2…", queue.Name.Length == 0 ? "REQUIRED" : "BAD_FORMAT");
        foreach (var field in mask)
            if (field != "*" && !Changeable.Contains(field))
                yield return new("update_mask", $"“{field}”不能修改", $"\"{field}\" cannot be changed", "READ_ONLY");
        foreach (var fault in Check(queue))
            yield return fault;
    }

    public static bool Takes(IReadOnlyCollection<string> mask, string field) => mask.Count == 0 || mask.Contains("*") || mask.Contains(field);
}
