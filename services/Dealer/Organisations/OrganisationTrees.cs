using Qudao.Dealer.V1;

namespace Qudao.Dealer.Organisations;

/// <summary>The tree as a list: parents before what is below them.</summary>
public static class OrganisationTrees
{
    /// <param name="rows">With each organisation its parent, unless that is above what was asked for.</param>
    public static OrganisationTree Build(IReadOnlyList<OrganisationRow> rows, IReadOnlyDictionary<string, OrganisationCount> counts)
    {
        var known = rows.Select(row => row.Id).ToHashSet();
        var below = rows.ToLookup(row => row.ParentId is { } parent && known.Contains(parent) ? parent : "");
        var tree = new OrganisationTree();
        Add("", 0);
        return tree;

        void Add(string parent, int depth)
        {
            foreach (var row in below[parent].OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Id, StringComparer.Ordinal))
            {
                tree.Nodes.Add(ToNode(row, depth, counts));
                Add(row.Id, depth + 1);
            }
        }
    }

    private static OrganisationNode ToNode(OrganisationRow row, int depth, IReadOnlyDictionary<string, OrganisationCount> counts)
    {
        var node = new OrganisationNode { Organisation = OrganisationService.ToMessage(row), Depth = depth };
        if (counts.TryGetValue(row.Id, out var count))
            (node.StaffCount, node.PartnerCount, node.SignedCount) = (count.Staff, count.Partners, count.Signed);
        return node;
    }
}
