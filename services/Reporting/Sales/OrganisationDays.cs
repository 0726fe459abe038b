using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Sales;

/// <summary>
/// The days' roll-up by organisation and product, so that what a centre sells in a day costs the same however many lines there are. A
/// sale counts for who has its partner now: a partner that comes to another organisation takes what it sold along, while an
/// organisation that moves in the tree changes nothing here, for the place is the organisation's and is asked of it when it is read.
/// </summary>
public static class OrganisationDays
{
    private const string Add = """
        UPDATE sales_organisation_days SET quantity = quantity + @Change WHERE organisation_id = @OrganisationId AND day = @Day AND product_code = @ProductCode
        """;
    private const string Begin = """
        INSERT INTO sales_organisation_days (organisation_id, day, product_code, quantity) VALUES (@OrganisationId, @Day, @ProductCode, @Change)
        """;
    private const string BeginThose = """
        INSERT INTO sales_organisation_days (organisation_id, day, product_code, quantity)
        SELECT @To, d.day, d.product_code, 0 FROM daily_sales d
        WHERE d.partner_id = @PartnerId
          AND NOT EXISTS (SELECT 1 FROM sales_organisation_days x WHERE x.organisation_id = @To AND x.day = d.day AND x.product_code = d.product_code)
        """;
    private const string OfPartner = """
        SELECT d.quantity FROM daily_sales d
        WHERE d.partner_id = @PartnerId AND d.day = sales_organisation_days.day AND d.product_code = sales_organisation_days.product_code
        """;
    private const string AddThose = $"UPDATE sales_organisation_days SET quantity = quantity + ({OfPartner}) WHERE organisation_id = @To AND EXISTS ({OfPartner})";
    private const string TakeThose = $"UPDATE sales_organisation_days SET quantity = quantity - ({OfPartner}) WHERE organisation_id = @From AND EXISTS ({OfPartner})";
    private const string Sum = """
        SELECT g.day AS Day, g.group_key AS GroupKey, CASE @Group WHEN 'organisation' THEN COALESCE(o.name, '') ELSE '' END AS GroupName, g.quantity AS Quantity
        FROM (SELECT f.day, f.group_key, SUM(f.quantity) AS quantity
              FROM (SELECT x.day, x.quantity, CASE @Group WHEN 'product' THEN x.product_code WHEN 'organisation' THEN x.organisation_id ELSE '' END AS group_key
                    FROM organisations w JOIN sales_organisation_days x ON x.organisation_id = w.id
                    WHERE w.scope_path >= @ScopeLow AND w.scope_path < @ScopeHigh AND w.scope_path >= @BelowLow AND w.scope_path < @BelowHigh
                      AND x.day >= @From AND x.day <= @To AND x.quantity <> 0 AND (@ProductCode = '' OR x.product_code = @ProductCode)) f
              GROUP BY f.day, f.group_key) g LEFT JOIN organisations o ON o.id = g.group_key
        """;
    private const string CountPlaces = """
        SELECT COUNT(*) FROM organisations WHERE scope_path = @Low AND scope_path >= @ScopeLow AND scope_path < @ScopeHigh
        """;
    private const string SelectDayOfLines = """
        SELECT p.organisation_id AS OrganisationId, d.product_code AS ProductCode, SUM(d.quantity) AS Quantity
        FROM daily_sales d JOIN partners p ON p.id = d.partner_id WHERE d.day = @day
        GROUP BY p.organisation_id, d.product_code ORDER BY p.organisation_id, d.product_code
        """;
    private const string SelectDay = """
        SELECT organisation_id AS OrganisationId, product_code AS ProductCode, quantity AS Quantity FROM sales_organisation_days WHERE day = @day
        ORDER BY organisation_id, product_code
        """;
    private const string DeleteDay = "DELETE FROM sales_organisation_days WHERE day = @day";

    /// <summary>Counts a change of what the organisation's partners sold.</summary>
    public static async Task AddAsync(Tx tx, string organisationId, DateOnly day, string productCode, long change)
    {
        var values = new { OrganisationId = organisationId, Day = day, ProductCode = productCode, Change = change };
        if (await tx.ExecuteAsync(Add, values) == 0)
            await tx.ExecuteAsync(Begin, values);
    }

    /// <summary>Counts all that a partner sold for another organisation from now on; null stands for none that is known.</summary>
    public static async Task MoveAsync(Tx tx, string partnerId, string? from, string? to)
    {
        if (from == to)
            return;
        if (to is not null)
        {
            await tx.ExecuteAsync(BeginThose, new { PartnerId = partnerId, To = to });
            await tx.ExecuteAsync(AddThose, new { PartnerId = partnerId, To = to });
        }
        if (from is not null)
            await tx.ExecuteAsync(TakeThose, new { PartnerId = partnerId, From = from });
    }

    /// <summary>
    /// Whether it can tell what was asked: of whole organisations, by what it holds. People of a partner and salespeople see some
    /// of an organisation's partners only.
    /// </summary>
    public static async Task<bool> TellsAsync(Session session, Sight sight, SalesFilter filter, string group)
    {
        if (sight.Assignee is not null || filter.PartnerId.Length > 0 || group is not ("" or "product" or "organisation"))
            return false;
        var low = sight.BelowLow.Length > sight.ScopeLow.Length ? sight.BelowLow : sight.ScopeLow;
        return low is "/" || await session.ScalarAsync<long>(CountPlaces, new { Low = low, sight.ScopeLow, sight.ScopeHigh }) > 0;
    }

    /// <summary>Pieces by day and key.</summary>
    public static Task<List<SalesFigure>> SumAsync(Session session, Sight sight, SalesFilter filter, string group) =>
        session.QueryAsync<SalesFigure>(Sum, sight.With(new { filter.ProductCode, filter.From, filter.To, Group = group }));

    /// <summary>Brings the roll-up of a day in line with its lines; returns whether it was not.</summary>
    public static async Task<bool> MendDayAsync(Db db, DateOnly day)
    {
        if (await db.ReadAsync(async s => (await s.QueryAsync<Cell>(SelectDay, new { day })).Where(cell => cell.Quantity != 0).SequenceEqual((await s.QueryAsync<Cell>(SelectDayOfLines, new { day })).Where(cell => cell.Quantity != 0))))
            return false;
        await db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(DeleteDay, new { day });
            foreach (var cell in await tx.QueryAsync<Cell>(SelectDayOfLines, new { day }))
                await tx.ExecuteAsync(Begin, new { cell.OrganisationId, Day = day, cell.ProductCode, Change = cell.Quantity });
        });
        return true;
    }

    private sealed record Cell
    {
        public string OrganisationId { get; set; } = "";
        public string ProductCode { get; set; } = "";
        public long Quantity { get; set; }
    }
}
