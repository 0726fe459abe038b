using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Sales;

/// <summary>A line 产品销量: what a partner sold of a product on a day, in pieces.</summary>
public sealed class SalesRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public DateOnly Day { get; set; }
    public string ProductCode { get; set; } = "";
    public long Quantity { get; set; }
    public string? ReporterId { get; set; }
    public string ReporterName { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public long Version { get; set; }

    // Of the partner; not stored here.
    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
}

/// <summary>What a line was before a correction, and after.</summary>
public sealed class CorrectionRow
{
    public string Id { get; set; } = "";
    public string DailySalesId { get; set; } = "";
    public long PreviousQuantity { get; set; }
    public long Quantity { get; set; }
    public string Reason { get; set; } = "";
    public string CorrectorId { get; set; } = "";
    public string CorrectorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Pieces by day, or by month's first day, and by the key of a group.</summary>
public sealed class SalesFigure
{
    public DateOnly Day { get; set; }
    public string GroupKey { get; set; } = "";
    public string GroupName { get; set; } = "";
    public long Quantity { get; set; }
}

/// <summary>What lines are narrowed to; empty texts do not narrow.</summary>
public sealed record SalesFilter(string PartnerId, string ProductCode, DateOnly From, DateOnly To);

/// <summary>Where a line stands in a list; as text "2026-11-25/01k…/GT-100".</summary>
public readonly record struct LineKey(DateOnly Day, string PartnerId, string ProductCode)
{
    /// <summary>Before every line.</summary>
    public static readonly LineKey First = new(DateOnly.MinValue, "", "");

    public static LineKey? Read(string text) =>
        text.Split('/') is [var day, var partner, var product] && ServiceRules.Day(day) is { } date ? new(date, partner, product) : null;

    public static string Of(SalesRow row) => $"{row.Day:yyyy-MM-dd}/{row.PartnerId}/{row.ProductCode}";
}

/// <summary>Lines, their corrections, and the months' roll-up, which is kept in the transaction that writes a line.</summary>
public static class SalesStore
{
    private const string Columns = """
        d.id AS Id, d.partner_id AS PartnerId, d.day AS Day, d.product_code AS ProductCode, d.quantity AS Quantity, d.reporter_id AS ReporterId,
        d.reporter_name AS ReporterName, d.created_us AS CreatedUs, d.updated_us AS UpdatedUs, d.version AS Version,
        p.name AS PartnerName, p.organisation_id AS OrganisationId, p.scope_path AS ScopePath, p.assignee_id AS AssigneeId
        """;
    private const string Insert = """
        INSERT INTO daily_sales (id, partner_id, day, product_code, quantity, reporter_id, reporter_name, created_us, updated_us, version)
        VALUES (@Id, @PartnerId, @Day, @ProductCode, @Quantity, @ReporterId, @ReporterName, @CreatedUs, @UpdatedUs, @Version)
        """;
    private const string UpdateQuantity = """
        UPDATE daily_sales SET quantity = @Quantity, updated_us = @UpdatedUs, version = version + 1 WHERE id = @Id AND version = @Version
        """;
    private const string AddToMonth = """
        UPDATE sales_rollup SET quantity = quantity + @Change WHERE month = @Month AND partner_id = @PartnerId AND product_code = @ProductCode
        """;
    private const string BeginMonth = """
        INSERT INTO sales_rollup (month, partner_id, product_code, quantity) VALUES (@Month, @PartnerId, @ProductCode, @Change)
        """;
    private const string AddToDay = "UPDATE sales_days SET quantity = quantity + @Change WHERE day = @Day AND product_code = @ProductCode";
    private const string BeginDay = "INSERT INTO sales_days (day, product_code, quantity) VALUES (@Day, @ProductCode, @Change)";
    private const string SelectOne = $"SELECT {Columns} FROM daily_sales d JOIN partners p ON p.id = d.partner_id WHERE d.id = @id AND {Scope.SqlFilter}";
    private const string SelectOfPartner = $"""
        SELECT {Columns} FROM daily_sales d JOIN partners p ON p.id = d.partner_id WHERE d.partner_id = @partnerId AND d.day >= @from AND d.day <= @to
        """;
    // By day, partner and product: along an index, of all partners as of one, until the page is full.
    private const string PageOfLines = """
        d.day >= @AfterDay AND d.day >= @From AND d.day <= @To AND (@ProductCode = '' OR d.product_code = @ProductCode)
        AND (d.day > @AfterDay OR d.partner_id > @AfterPartner OR (d.partner_id = @AfterPartner AND d.product_code > @AfterProduct))
        """;
    private const string SelectPage = $"""
        SELECT {Columns} FROM daily_sales d JOIN partners p ON p.id = d.partner_id
        WHERE {PageOfLines}
          AND EXISTS (SELECT 1 FROM partners v WHERE v.id = d.partner_id AND v.scope_path >= @ScopeLow AND v.scope_path < @ScopeHigh
                      AND (@Assignee IS NULL OR v.assignee_id = @Assignee))
        ORDER BY d.day, d.partner_id, d.product_code LIMIT @n
        """;
    private const string SelectPageOfPartner = $"""
        SELECT {Columns} FROM daily_sales d JOIN partners p ON p.id = d.partner_id
        WHERE d.partner_id = @PartnerId AND {PageOfLines} AND {Scope.SqlFilter}
        ORDER BY d.day, d.partner_id, d.product_code LIMIT @n
        """;
    private const string InsertCorrection = """
        INSERT INTO sales_corrections (id, daily_sales_id, previous_quantity, quantity, reason, corrector_id, corrector_name, created_us)
        VALUES (@Id, @DailySalesId, @PreviousQuantity, @Quantity, @Reason, @CorrectorId, @CorrectorName, @CreatedUs)
        """;
    private const string SelectCorrections = """
        SELECT id AS Id, daily_sales_id AS DailySalesId, previous_quantity AS PreviousQuantity, quantity AS Quantity, reason AS Reason,
               corrector_id AS CorrectorId, corrector_name AS CorrectorName, created_us AS CreatedUs
        FROM sales_corrections WHERE daily_sales_id = @line AND id > @after ORDER BY id LIMIT @n
        """;

    // An agent's figures are its own and its terminals'.
    private const string GroupKey = """
        CASE @Group WHEN 'partner' THEN p.id WHEN 'product' THEN x.product_code WHEN 'organisation' THEN p.organisation_id
                    WHEN 'salesperson' THEN COALESCE(p.assignee_id, '')
                    WHEN 'agent' THEN CASE WHEN p.kind = 'city-agent' THEN p.id ELSE COALESCE(p.parent_partner_id, '') END ELSE '' END AS group_key
        """;
    private const string Narrowed = "(@PartnerId = '' OR x.partner_id = @PartnerId) AND (@ProductCode = '' OR x.product_code = @ProductCode)";

    // Names are looked up for the sums, which are few, and not for the lines.
    private const string Names = """
        LEFT JOIN organisations o ON o.id = g.group_key LEFT JOIN partners n ON n.id = g.group_key LEFT JOIN staff t ON t.id = g.group_key
        """;
    private const string Name = """
        CASE @Group WHEN 'organisation' THEN COALESCE(o.name, '') WHEN 'salesperson' THEN COALESCE(t.name, '') ELSE COALESCE(n.name, '') END
        """;
    private const string SumDays = $"""
        SELECT g.day AS Day, g.group_key AS GroupKey, {Name} AS GroupName, g.quantity AS Quantity
        FROM (SELECT f.day, f.group_key, SUM(f.quantity) AS quantity
              FROM (SELECT x.day, x.quantity, {GroupKey} FROM daily_sales x JOIN {NetworkStore.VisiblePartners} p ON p.id = x.partner_id
                    WHERE x.day >= @From AND x.day <= @To AND {Narrowed}) f
              GROUP BY f.day, f.group_key) g {Names}
        """;
    private const string SumRange = $"""
        SELECT g.group_key AS GroupKey, {Name} AS GroupName, g.quantity AS Quantity
        FROM (SELECT f.group_key, SUM(f.quantity) AS quantity
              FROM (SELECT x.quantity, {GroupKey} FROM daily_sales x JOIN {NetworkStore.VisiblePartners} p ON p.id = x.partner_id
                    WHERE x.day >= @From AND x.day <= @To AND {Narrowed}) f
              GROUP BY f.group_key) g {Names}
        """;
    private const string SumMonths = $"""
        SELECT g.month AS Month, g.group_key AS GroupKey, {Name} AS GroupName, g.quantity AS Quantity
        FROM (SELECT f.month, f.group_key, SUM(f.quantity) AS quantity
              FROM (SELECT x.month, x.quantity, {GroupKey} FROM sales_rollup x JOIN {NetworkStore.VisiblePartners} p ON p.id = x.partner_id
                    WHERE x.month >= @From AND x.month <= @To AND {Narrowed}) f
              GROUP BY f.month, f.group_key) g {Names}
        """;

    // Of the whole company: whose a partner is makes no difference.
    private const string SumWholeDays = """
        SELECT x.day AS Day, CASE @Group WHEN 'product' THEN x.product_code ELSE '' END AS GroupKey, '' AS GroupName, SUM(x.quantity) AS Quantity
        FROM sales_days x WHERE x.day >= @From AND x.day <= @To AND (@ProductCode = '' OR x.product_code = @ProductCode)
        GROUP BY x.day, CASE @Group WHEN 'product' THEN x.product_code ELSE '' END
        """;
    private const string SelectDayOfLines = "SELECT product_code AS ProductCode, SUM(quantity) AS Quantity FROM daily_sales WHERE day = @day GROUP BY product_code ORDER BY product_code";
    private const string SelectDay = "SELECT product_code AS ProductCode, quantity AS Quantity FROM sales_days WHERE day = @day ORDER BY product_code";
    private const string DeleteDay = "DELETE FROM sales_days WHERE day = @day";

    /// <summary>Stores new lines; the roll-up is moved once for all lines of the same month, partner and product.</summary>
    public static async Task InsertAsync(Tx tx, IReadOnlyCollection<SalesRow> rows)
    {
        foreach (var row in rows)
            await tx.ExecuteAsync(Insert, row);
        foreach (var cell in rows.GroupBy(row => (Month: $"{row.Day:yyyy-MM}", row.PartnerId, row.ProductCode)))
            await AddAsync(tx, cell.Key.Month, cell.Key.PartnerId, cell.Key.ProductCode, cell.Sum(row => row.Quantity));
        foreach (var cell in rows.GroupBy(row => (row.Day, row.ProductCode)))
            await AddAsync(tx, cell.Key.Day, cell.Key.ProductCode, cell.Sum(row => row.Quantity));
        foreach (var cell in rows.GroupBy(row => (row.OrganisationId, row.Day, row.ProductCode)))
            await OrganisationDays.AddAsync(tx, cell.Key.OrganisationId, cell.Key.Day, cell.Key.ProductCode, cell.Sum(row => row.Quantity));
    }

    /// <summary>Changes a line to another quantity and keeps what it was; row.Version is the new one afterwards.</summary>
    public static async Task CorrectAsync(Tx tx, SalesRow row, CorrectionRow correction)
    {
        row.Quantity = correction.Quantity;
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(UpdateQuantity, row, $"dailySales/{row.Id}");
        row.Version++;
        await tx.ExecuteAsync(InsertCorrection, correction);
        await AddAsync(tx, $"{row.Day:yyyy-MM}", row.PartnerId, row.ProductCode, correction.Quantity - correction.PreviousQuantity);
        await AddAsync(tx, row.Day, row.ProductCode, correction.Quantity - correction.PreviousQuantity);
        await OrganisationDays.AddAsync(tx, row.OrganisationId, row.Day, row.ProductCode, correction.Quantity - correction.PreviousQuantity);
    }

    public static Task<SalesRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<SalesRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>All lines of a partner from one day to another.</summary>
    public static Task<List<SalesRow>> OfPartnerAsync(Session session, string partnerId, DateOnly from, DateOnly to) =>
        session.QueryAsync<SalesRow>(SelectOfPartner, new { partnerId, from, to });

    public static Task<List<SalesRow>> ListAsync(Session session, SalesFilter filter, Scope scope, LineKey after, int n)
    {
        var values = new
        {
            filter.PartnerId,
            filter.ProductCode,
            filter.From,
            filter.To,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            AfterDay = after.Day,
            AfterPartner = after.PartnerId,
            AfterProduct = after.ProductCode,
            n,
        };
        return filter.PartnerId.Length == 0 ? session.QueryAsync<SalesRow>(SelectPage, values) : session.QueryAsync<SalesRow>(SelectPageOfPartner, values);
    }

    public static Task<List<CorrectionRow>> CorrectionsAsync(Session session, string line, string after, int n) =>
        session.QueryAsync<CorrectionRow>(SelectCorrections, new { line, after, n });

    /// <summary>Pieces by day and key: from the days' roll-up where it makes no difference whose they are or of which partners, else from the lines.</summary>
    public static async Task<List<SalesFigure>> SumDaysAsync(Session session, Sight sight, SalesFilter filter, string group)
    {
        if (IsOfDays(sight, filter, group))
            return await session.QueryAsync<SalesFigure>(SumWholeDays, new { filter.ProductCode, filter.From, filter.To, Group = group });
        return await OrganisationDays.TellsAsync(session, sight, filter, group)
            ? await OrganisationDays.SumAsync(session, sight, filter, group)
            : await session.QueryAsync<SalesFigure>(SumDays, sight.With(new { filter.PartnerId, filter.ProductCode, filter.From, filter.To, Group = group }));
    }

    /// <summary>Pieces by key over the whole range, from the lines or what sums them up already; the day is its first.</summary>
    public static async Task<List<SalesFigure>> SumRangeAsync(Session session, Sight sight, SalesFilter filter, string group)
    {
        if (IsOfDays(sight, filter, group) || await OrganisationDays.TellsAsync(session, sight, filter, group))
            return Together(await SumDaysAsync(session, sight, filter, group), filter.From);
        if (filter.From.Day == 1 && filter.To == ChinaTime.EndOfMonth(filter.To))
            return Together(await SumMonthsAsync(session, sight, filter, group), filter.From);
        var rows = await session.QueryAsync<SalesFigure>(SumRange, sight.With(new { filter.PartnerId, filter.ProductCode, filter.From, filter.To, Group = group }));
        rows.ForEach(row => row.Day = filter.From);
        return rows;
    }

    /// <summary>Pieces by month and key, from the roll-up: of whole months, those of filter.From and filter.To too.</summary>
    public static async Task<List<SalesFigure>> SumMonthsAsync(Session session, Sight sight, SalesFilter filter, string group)
    {
        var rows = await session.QueryAsync<MonthFigure>(SumMonths, sight.With(new
        {
            filter.PartnerId,
            filter.ProductCode,
            From = $"{filter.From:yyyy-MM}",
            To = $"{filter.To:yyyy-MM}",
            Group = group,
        }));
        return [.. rows.Select(row => new SalesFigure { Day = Days.Parse($"{row.Month}-01")!.Value, GroupKey = row.GroupKey, GroupName = row.GroupName, Quantity = row.Quantity })];
    }

    /// <summary>Brings the roll-up of a day in line with its lines; returns whether it was not.</summary>
    public static async Task<bool> MendDayAsync(Db db, DateOnly day)
    {
        if (await db.ReadAsync(async s => (await s.QueryAsync<DayFigure>(SelectDay, new { day })).Where(row => row.Quantity != 0).SequenceEqual((await s.QueryAsync<DayFigure>(SelectDayOfLines, new { day })).Where(row => row.Quantity != 0))))
            return false;
        await db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(DeleteDay, new { day });
            foreach (var row in await tx.QueryAsync<DayFigure>(SelectDayOfLines, new { day }))
                await tx.ExecuteAsync(BeginDay, new { Day = day, row.ProductCode, Change = row.Quantity });
        });
        return true;
    }

    /// <summary>Whether the days' roll-up, which knows no partners, can tell.</summary>
    private static bool IsOfDays(Sight sight, SalesFilter filter, string group) => sight.IsWhole && filter.PartnerId.Length == 0 && (group is "" or "product");

    private static List<SalesFigure> Together(IEnumerable<SalesFigure> figures, DateOnly day) =>
        [.. figures.GroupBy(figure => figure.GroupKey).Select(of => new SalesFigure { Day = day, GroupKey = of.Key, GroupName = of.First().GroupName, Quantity = of.Sum(figure => figure.Quantity) })];

    private static async Task AddAsync(Tx tx, DateOnly day, string productCode, long change)
    {
        var values = new { Day = day, ProductCode = productCode, Change = change };
        if (await tx.ExecuteAsync(AddToDay, values) == 0)
            await tx.ExecuteAsync(BeginDay, values);
    }

    private static async Task AddAsync(Tx tx, string month, string partnerId, string productCode, long change)
    {
        var values = new { Month = month, PartnerId = partnerId, ProductCode = productCode, Change = change };
        if (await tx.ExecuteAsync(AddToMonth, values) == 0)
            await tx.ExecuteAsync(BeginMonth, values);
    }

    private sealed record DayFigure
    {
        public string ProductCode { get; set; } = "";
        public long Quantity { get; set; }
    }

    private sealed class MonthFigure
    {
        public string Month { get; set; } = "";
        public string GroupKey { get; set; } = "";
        public string GroupName { get; set; } = "";
        public long Quantity { get; set; }
    }
}
