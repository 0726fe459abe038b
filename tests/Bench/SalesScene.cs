using System.Diagnostics;
using Dapper;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Platform;
using Qudao.Reporting;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Bench;

/// <summary>
/// Daily sales of 2,000 partners of 31 centres: the Reporting service as it is, on SQLite. Lines are streamed to it and beside that
/// inserted bare, prepared, a thousand in a transaction, into a table with the same indexes; and headquarters asks for the first screen
/// of two such services, of 10,000,000 and of 100,000 lines, and beside it for one line by its key.
/// </summary>
/// <param name="screens">The screens, for which ten million lines are written first; else the lines that are streamed.</param>
internal sealed class SalesScene(bool screens) : Scene
{
    private const int Centres = 31, Partners = 2_000, Products = 5, Piece = 1_000, ManyDays = 1_000, FewDays = 10;

    private static readonly DateOnly Today = ChinaTime.Today(TimeProvider.System);

    private readonly Dictionary<string, GrpcChannel> _channels = [];
    private Metadata _headers = [];
    private string _oneLine = "";
    private int _streamed;
    private long _inserted;
    private SqliteConnection _bare = null!;

    public override IReadOnlyList<Contest> Contests => !screens ? [new("ingest", [new("daily sales streamed", "lines/s", new Aim(0.4, AtLeast: true))], StreamAsync, InsertAsync, WarmUp: 4)] :
    [
        new("dashboard", [new("first screen at 10,000,000 lines, median", "ms", new Aim(1.5, AtLeast: false)), new("first screen at 10,000,000 lines, p99", "ms")],
            span => Times.OfAsync(span, _ => ScreenAsync("many")), span => Times.OfAsync(span, _ => ScreenAsync("few"))),
        new("dashboard-key", [new("first screen beside one line by its key, median", "ms", new Aim(10, AtLeast: false)), new("first screen beside one line by its key, p99", "ms")],
            span => Times.OfAsync(span, _ => ScreenAsync("many")),
            span => Times.OfAsync(span, _ => new DailySalesService.DailySalesServiceClient(_channels["many"]).GetDailySalesAsync(new GetDailySalesRequest { Name = _oneLine }, _headers).ResponseAsync)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys, "hq-sales");
        foreach (var (name, days) in screens ? [("few", FewDays), ("many", ManyDays)] : new[] { ("empty", 0) })
        {
            var path = Path.Combine(Folder, $"{name}.db");
            await FillAsync(new SqliteDialect(path), name, days);
            var address = Child.Address();
            Keep(await Child.ServeAsync("reporting", new Dictionary<string, string?> { ["Listen"] = address, ["Database__Path"] = path, ["Auth__Jwks"] = keys.Address }, cancel));
            _channels[name] = GrpcChannel.ForAddress(address);
        }
        _oneLine = $"dailySales/{LineId(1_234_567)}";
        _bare = Keep(new SqliteConnection($"Data Source={Path.Combine(Folder, "bare.db")}"));
        _bare.Open();
        _bare.Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE daily_sales (
                id TEXT NOT NULL PRIMARY KEY, partner_id TEXT NOT NULL, day TEXT NOT NULL, product_code TEXT NOT NULL, quantity INTEGER NOT NULL, reporter_id TEXT NULL,
                reporter_name TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, version INTEGER NOT NULL, UNIQUE (partner_id, day, product_code));
            CREATE INDEX ix_daily_sales_day ON daily_sales (day, partner_id, product_code, quantity);
            """);
    }

    private Task ScreenAsync(string of) => new DashboardService.DashboardServiceClient(_channels[of]).GetNetworkFiguresAsync(new GetNetworkFiguresRequest(), _headers).ResponseAsync;

    /// <summary>Lines per second that were streamed and are on disk: pieces of 1,000 lines of one day, shop by shop.</summary>
    private async Task<double[]> StreamAsync(TimeSpan span)
    {
        using var call = new DailySalesService.DailySalesServiceClient(_channels["empty"]).IngestDailySales(_headers);
        var watch = Stopwatch.StartNew();
        var request = $"{Guid.NewGuid():n}";
        long lines = 0;
        for (; watch.Elapsed < span; lines += Piece)
        {
            var piece = new IngestDailySalesRequest { RequestId = lines == 0 ? request : "" };
            for (var i = 0; i < Piece; i++, _streamed++)
            {
                var (day, partner, product) = Nth(_streamed);
                piece.Lines.Add(new DailySalesLine { Partner = $"partners/{partner}", Day = $"{day:yyyy-MM-dd}", ProductCode = product, Quantity = i % 9 });
            }
            await call.RequestStream.WriteAsync(piece);
        }
        await call.RequestStream.CompleteAsync();
        var done = await call.ResponseAsync;
        return done.Stored == lines ? [lines / watch.Elapsed.TotalSeconds] : throw new InvalidOperationException($"{done.Refused} lines were refused.");
    }

    private Task<double[]> InsertAsync(TimeSpan span)
    {
        var watch = Stopwatch.StartNew();
        using var insert = _bare.CreateCommand();
        insert.CommandText = "INSERT INTO daily_sales VALUES ($id, $partner, $day, $product, $quantity, $reporter, $name, $now, $now, 1)";
        var values = new[] { "$id", "$partner", "$day", "$product", "$quantity", "$reporter", "$name", "$now" }.Select(name => insert.Parameters.Add(name, name is "$quantity" or "$now" ? SqliteType.Integer : SqliteType.Text)).ToArray();
        (values[5].Value, values[6].Value, values[7].Value) = ("bench", "陈经理", 1L);
        var from = _inserted;
        while (watch.Elapsed < span)
        {
            using var transaction = _bare.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = 0; i < Piece; i++, _inserted++)
            {
                var (day, partner, product) = Nth((int)_inserted);
                (values[0].Value, values[1].Value, values[2].Value, values[3].Value, values[4].Value) = (Ids.New(TimeProvider.System), partner, $"{day:yyyy-MM-dd}", product, (long)(i % 9));
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return Task.FromResult<double[]>([(_inserted - from) / watch.Elapsed.TotalSeconds]);
    }

    private static (DateOnly Day, string Partner, string Product) Nth(int line) =>
        (Today.AddDays(-(line / (Partners * Products))), PartnerId(line / Products % Partners), $"GT-{100 * (1 + line % Products)}");

    private static string PartnerId(int number) => $"01k00000000000000000p{number:00000}";

    private static string LineId(long number) => $"01k0000000000000{number:0000000000}";

    private static async Task FillAsync(SqliteDialect dialect, string name, int days)
    {
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(ReportingModule).Assembly);
        await using var connection = (SqliteConnection)dialect.Open();
        connection.Execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; BEGIN");
        Network(connection);
        connection.Execute("""
            CREATE TEMP TABLE lines_days (n INTEGER, day TEXT);
            CREATE TEMP TABLE lines_products (n INTEGER, code TEXT);
            """);
        for (var i = 0; i < days; i++)
            connection.Execute("INSERT INTO lines_days VALUES (@i, @day)", new { i, day = $"{Today.AddDays(i + 1 - days):yyyy-MM-dd}" });
        for (var i = 0; i < Products; i++)
            connection.Execute("INSERT INTO lines_products VALUES (@i, @code)", new { i, code = $"GT-{100 * (i + 1)}" });
        connection.Execute("DROP INDEX ix_daily_sales_day");
        // Partner by partner, so that the key and the unique index grow at their ends; each hundred partners tells that it goes on.
        for (var from = 0; from < Partners && days > 0; from += 100)
        {
            connection.Execute("""
                INSERT INTO daily_sales (id, partner_id, day, product_code, quantity, reporter_id, reporter_name, created_us, updated_us, version)
                SELECT '01k0000000000000' || substr('0000000000' || ((p.rowid - 1) * @days * @products + d.n * @products + x.n), -10), p.id, d.day, x.code, (p.rowid * 7 + d.n * 3 + x.n) % 9, 'bench', '陈经理', 1, 1, 1
                FROM partners p CROSS JOIN lines_days d CROSS JOIN lines_products x WHERE p.rowid > @from AND p.rowid <= @from + 100 ORDER BY p.rowid, d.n, x.n
                """, new { from, days, products = Products });
            if (days == ManyDays && from % 400 == 0)
                Console.Error.WriteLine($"{name}: {(from + 100L) * days * Products:#,##0} lines");
        }
        connection.Execute("""
            CREATE INDEX ix_daily_sales_day ON daily_sales (day, partner_id, product_code, quantity);
            INSERT INTO sales_rollup (month, partner_id, product_code, quantity) SELECT substr(day, 1, 7), partner_id, product_code, SUM(quantity) FROM daily_sales GROUP BY 1, 2, 3;
            INSERT INTO sales_days (day, product_code, quantity) SELECT day, product_code, SUM(quantity) FROM daily_sales GROUP BY 1, 2;
            INSERT INTO sales_organisation_days (organisation_id, day, product_code, quantity)
            SELECT p.organisation_id, x.day, x.product_code, SUM(x.quantity) FROM daily_sales x JOIN partners p ON p.id = x.partner_id GROUP BY 1, 2, 3;
            COMMIT;
            ANALYZE;
            """);
    }

    private static void Network(SqliteConnection connection)
    {
        for (var centre = 0; centre < Centres; centre++)
            connection.Execute("""
                INSERT INTO organisations (id, name, kind, parent_id, province_code, scope_path, version, created_date, materialise_from)
                VALUES (@id, @name, 'centre', 'hq', '32', @path, 1, @day, @day)
                """, new { id = $"c{centre:00}", name = $"中心{centre}", path = $"/hq/c{centre:00}/", day = $"{Today.AddDays(1):yyyy-MM-dd}" });
        for (var partner = 0; partner < Partners; partner++)
            connection.Execute("""
                INSERT INTO partners (id, name, kind, stage, province_code, city_code, organisation_id, parent_partner_id, scope_path, assignee_id, version)
                VALUES (@id, @name, 'terminal', 'operating', '32', '3201', @organisation, NULL, @path, @assignee, 1)
                """, new { id = PartnerId(partner), name = $"机构{partner}", organisation = $"c{partner % Centres:00}", path = $"/hq/c{partner % Centres:00}/{PartnerId(partner)}/", assignee = $"s{partner % 120}" });
    }
}
