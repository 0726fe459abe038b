using Dapper;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Dealer;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.TestKit;
using PartnerRow = Qudao.Dealer.Partners.PartnerRow;
using PartnerStore = Qudao.Dealer.Partners.PartnerStore;

namespace Qudao.Bench;

/// <summary>
/// Search among 100,000 partners of 31 centres: the Dealer service as it is, on SQLite, asked by one caller at a time what
/// people type – Chinese, pinyin, initials, a phone's digits, words that are in every name – as headquarters, as a centre
/// and as a salesperson; beside it the same service reading one partner by its key.
/// </summary>
internal sealed class SearchScene : Scene
{
    private const int Partners = 100_000;
    private const int Batch = 1_000;

    private static readonly string[] Typed =
    [
        "南京", "鲁诺", "qdln", "qingdao", "qingdaolunuo", "qd鲁诺", "qiche", "4s", "qc", "汽车销售服务有限公司", "xiaoshan", "广汇", "zhongsheng", "138001", "88889999",
        "苏州 宝马", "wangwei", "王伟", "骉", "bjahqc", "q", "bmw", "长安", "chongqing", "qingdln",
    ];

    private PartnerService.PartnerServiceClient? _client;
    private Metadata[] _callers = [];
    private string[] _ids = [];

    public override IReadOnlyList<Contest> Contests =>
    [
        new("search", [new("search 100,000 partners, median", "ms"), new("search 100,000 partners, p99", "ms")],
            span => Times.OfAsync(span, call => _client!.ListPartnersAsync(new ListPartnersRequest { Query = Typed[call % Typed.Length], PageSize = 20 }, _callers[call / Typed.Length % _callers.Length]).ResponseAsync),
            span => Times.OfAsync(span, call => _client!.GetPartnerAsync(new GetPartnerRequest { Name = $"partners/{_ids[call * 7919 % _ids.Length]}" }, _callers[0]).ResponseAsync)),
    ];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var path = Path.Combine(Folder, "dealer.db");
        await FillAsync(new SqliteDialect(path));
        var keys = Keep(await TestKeys.StartAsync());
        _callers = [Tokens.Headers(keys), Tokens.Headers(keys, "sales-manager", "/hq/c07/"), Tokens.Headers(keys, "salesperson", "/hq/c07/", "staff7")];
        var address = Child.Address();
        Keep(await Child.ServeAsync("dealer", new Dictionary<string, string?> { ["Listen"] = address, ["Database__Path"] = path, ["Auth__Jwks"] = keys.Address }, cancel));
        _client = new PartnerService.PartnerServiceClient(GrpcChannel.ForAddress(address));
    }

    private async Task FillAsync(SqliteDialect dialect)
    {
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(DealerModule).Assembly);
        var random = new Random(1);
        var rows = new PartnerRow[Partners];
        await using (var db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance))
            for (var from = 0; from < Partners; from += Batch)
                await db.WriteAsync(async tx =>
                {
                    for (var number = from; number < from + Batch; number++)
                        await PartnerStore.InsertAsync(tx, rows[number] = Sample.Row(tx, number, random));
                });
        _ids = [.. rows.Select(row => row.Id)];
        Index(dialect, rows);
    }

    /// <summary>What the service's sweep does, but all at once: terms in their order are written many times faster than as they come.</summary>
    private static void Index(SqliteDialect dialect, PartnerRow[] rows)
    {
        using var connection = dialect.Open();
        connection.Execute("PRAGMA synchronous = OFF; CREATE TEMP TABLE unsorted (tier INTEGER, term TEXT, partner_id TEXT); BEGIN");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO unsorted VALUES (@tier, @term, @id)";
        var values = new[] { "@tier", "@term", "@id" }.Select(name =>
        {
            var value = insert.CreateParameter();
            value.ParameterName = name;
            insert.Parameters.Add(value);
            return value;
        }).ToArray();
        foreach (var row in rows)
            foreach (var term in SearchIndex.Terms(new SearchableRow { Id = row.Id, Name = row.Name, Contact = row.Contact, Phone = row.Phone, Address = row.Address, CityCode = row.CityCode }))
            {
                (values[0].Value, values[1].Value, values[2].Value) = (term.Tier, term.Term, row.Id);
                insert.ExecuteNonQuery();
            }
        connection.Execute("""
            INSERT INTO partner_terms (tier, term, partner_id) SELECT tier, term, partner_id FROM unsorted ORDER BY tier, term, partner_id;
            UPDATE partners SET terms_version = 1;
            COMMIT
            """);
    }
}
