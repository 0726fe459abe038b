using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Notifications;

/// <summary>A member of staff who may be told something.</summary>
public sealed class ReceiverRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>Separated by commas.</summary>
    public string Roles { get; set; } = "";

    public string Email { get; set; } = "";
    public string ScopePath { get; set; } = "";

    public IReadOnlyList<string> RoleList => Roles.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the person may see, as the gateway would say.</summary>
    public Scope Scope => new(ScopePath, RoleList.Count > 0 && RoleList.All(Protocol.Roles.AssignedOnly.Contains) ? Id : null);
}

/// <summary>What news is about, as far as it says who may see it: a place in the tree, and the partner there, if any, with its salesperson.</summary>
public sealed record Place(string ScopePath, string? AssigneeId, string? PartnerId)
{
    /// <summary>What is a partner's is for who sees the partner; what is nobody's own is everybody's in the place.</summary>
    public bool IsSeenBy(ReceiverRow one) => ScopePath.StartsWith(one.ScopePath, StringComparison.Ordinal)
        && (one.Scope.Assignee is null || AssigneeId == one.Id || (AssigneeId is null && PartnerId is null));
}

/// <summary>
/// Who is told, by Reporting's own picture of staff at the moment the news is heard: people who are still there and may see what it is
/// about. What is said between ourselves is for people of our own; those of a partner are told only what OfPartnerAsync is asked for.
/// </summary>
public static class Receivers
{
    private const string Columns = "id AS Id, name AS Name, roles AS Roles, email AS Email, scope_path AS ScopePath";
    private const string SelectAbove = $"SELECT {Columns} FROM staff WHERE scope_path IN @paths AND active = 1 AND partner_id IS NULL ORDER BY id";
    private const string SelectOfPartner = $"SELECT {Columns} FROM staff WHERE partner_id = @partnerId AND active = 1 ORDER BY id";
    private const string SelectOne = $"SELECT {Columns} FROM staff WHERE id = @id AND active = 1";
    private const string SelectNamed = $"SELECT {Columns} FROM staff WHERE id IN @ids AND active = 1 AND partner_id IS NULL ORDER BY id";

    /// <summary>
    /// Who has one of the roles, nearest to the place: people of a role further up are told only where nobody of it is nearer.
    /// </summary>
    public static async Task<List<ReceiverRow>> OfRolesAsync(Session session, Place place, params IReadOnlyCollection<string> roles)
    {
        if (roles.Count == 0)
            return [];
        var above = (await session.QueryAsync<ReceiverRow>(SelectAbove, new { paths = Above(place.ScopePath).ToArray() })).Where(place.IsSeenBy).ToList();
        return
        [
            .. roles.SelectMany(role => above.Where(one => one.RoleList.Contains(role)).GroupBy(one => one.ScopePath.Length).OrderByDescending(level => level.Key).Take(1).SelectMany(level => level))
                .DistinctBy(one => one.Id),
        ];
    }

    /// <summary>These people, as far as they are ours and there; nobody is asked for by an empty id.</summary>
    public static async Task<List<ReceiverRow>> NamedAsync(Session session, params string?[] ids) =>
        [.. await session.QueryAsync<ReceiverRow>(SelectNamed, new { ids = ids.Select(id => id ?? "").Distinct().ToArray() })];

    /// <summary>The people of a partner 客户方人员, outside the company; nobody without one.</summary>
    public static async Task<List<ReceiverRow>> OfPartnerAsync(Session session, string? partnerId) =>
        partnerId is null ? [] : await session.QueryAsync<ReceiverRow>(SelectOfPartner, new { partnerId });

    /// <summary>The owner of an inbox, whether of our own or of a partner.</summary>
    public static Task<ReceiverRow?> OneAsync(Session session, string id) => session.FirstOrDefaultAsync<ReceiverRow>(SelectOne, new { id });

    /// <summary>Who is called on: "staff/…", or a text that begins with the name of somebody who sees the place; the longest name wins.</summary>
    public static async Task<List<ReceiverRow>> MentionedAsync(Session session, Place place, IReadOnlyCollection<string> mentions)
    {
        const string prefix = "staff/";
        var named = await NamedAsync(session, [.. mentions.Where(one => one.StartsWith(prefix, StringComparison.Ordinal)).Select(one => one[prefix.Length..])]);
        var all = (await session.QueryAsync<ReceiverRow>(SelectAbove, new { paths = Above(place.ScopePath).ToArray() })).Concat(named).DistinctBy(one => one.Id)
            .Where(place.IsSeenBy).ToList();
        return [.. mentions.SelectMany(mention => CalledBy(mention, all, prefix)).DistinctBy(one => one.Id)];
    }

    private static IEnumerable<ReceiverRow> CalledBy(string mention, List<ReceiverRow> all, string prefix) => mention.StartsWith(prefix, StringComparison.Ordinal)
        ? all.Where(one => one.Id == mention[prefix.Length..])
        : all.Where(one => one.Name.Length > 0 && mention.StartsWith(one.Name, StringComparison.Ordinal)).GroupBy(one => one.Name.Length).OrderByDescending(same => same.Key).Take(1).SelectMany(same => same);

    /// <summary>"/", "/hq/", "/hq/js/" of "/hq/js/".</summary>
    private static IEnumerable<string> Above(string path) => path.Index().Where(one => one.Item == '/').Select(one => path[..(one.Index + 1)]);
}
