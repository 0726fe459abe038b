using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Sales;

/// <summary>What every way of reporting lines does, one by one, in batches or in streams.</summary>
public static class SalesWrites
{
    /// <summary>The partners of these lines that the scope sees.</summary>
    public static async Task<Dictionary<string, PartnerRow>> PartnersAsync(Session session, IEnumerable<AskedLine> lines, Scope scope)
    {
        var partners = new Dictionary<string, PartnerRow>();
        foreach (var id in lines.Select(line => line.PartnerId).Distinct())
            if (await NetworkStore.PartnerAsync(session, id, scope) is { } partner)
                partners.Add(id, partner);
        return partners;
    }

    /// <summary>For each asked line that stands already, how it stands.</summary>
    public static async Task<Dictionary<AskedLine, SalesRow>> ReportedAsync(Session session, IEnumerable<AskedLine> lines, Dictionary<string, PartnerRow> partners)
    {
        var reported = new Dictionary<AskedLine, SalesRow>();
        foreach (var asked in lines.Where(line => partners.ContainsKey(line.PartnerId)).GroupBy(line => line.PartnerId))
        {
            var standing = (await SalesStore.OfPartnerAsync(session, asked.Key, asked.Min(line => line.Day), asked.Max(line => line.Day)))
                .ToDictionary(row => (row.Day, row.ProductCode));
            foreach (var line in asked)
                if (standing.TryGetValue((line.Day, line.ProductCode), out var row))
                    reported[line] = row;
        }
        return reported;
    }

    /// <summary>A new line, not stored yet.</summary>
    public static SalesRow Row(Tx tx, AskedLine line, PartnerRow partner, Caller caller) => new()
    {
        Id = tx.NewId(),
        PartnerId = line.PartnerId,
        Day = line.Day,
        ProductCode = line.ProductCode,
        Quantity = line.Quantity,
        ReporterId = caller.StaffId,
        ReporterName = caller.Name,
        CreatedUs = tx.NowMicros,
        UpdatedUs = tx.NowMicros,
        Version = 1,
        PartnerName = partner.Name,
        OrganisationId = partner.OrganisationId,
        ScopePath = partner.ScopePath,
        AssigneeId = partner.AssigneeId,
    };

    /// <summary>Stores new lines, moves the roll-up and tells of them.</summary>
    public static async Task InsertAsync(Tx tx, IReadOnlyCollection<SalesRow> rows)
    {
        await SalesStore.InsertAsync(tx, rows);
        foreach (var row in rows)
            await PublishAsync(tx, row);
    }

    /// <summary>
    /// Who reports, and the salesperson whose partner it is, whoever reports for him, have done their duty of the day; the first line
    /// of the day is what was done for it.
    /// </summary>
    public static async Task FulfilAsync(Tx tx, IEnumerable<SalesRow> rows, Caller caller)
    {
        var done = rows.SelectMany(row => new[] { (Staff: caller.StaffId, Row: row), (Staff: row.AssigneeId, Row: row) })
            .Where(one => one.Staff is not null).DistinctBy(one => (one.Staff, one.Row.Day));
        var duties = await RuleStore.FulfilledByAsync(tx, Fulfilments.DailySalesReported);
        foreach (var (staff, row) in done)
            foreach (var duty in duties)
                if (!await ObligationEngine.IsDoneAsync(tx, duty, staff!, $"{row.Day:yyyy-MM-dd}"))
                    await ObligationEngine.FulfilDutyAsync(tx, duty, staff!, $"{row.Day:yyyy-MM-dd}", tx.Now, caller.StaffId, row.Day, $"dailySales/{row.Id}");
    }

    public static Task PublishAsync(Tx tx, SalesRow row) => tx.PublishAsync(new DailySalesReported
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        PartnerId = row.PartnerId,
        Day = row.Day,
        ProductCode = row.ProductCode,
        Quantity = row.Quantity,
    });
}
