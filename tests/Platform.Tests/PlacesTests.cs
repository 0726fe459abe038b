using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Events;

namespace Qudao.Platform.Tests;

/// <summary>Rows stand below their organisation, in whatever order its moves and their own changes are heard.</summary>
public class PlacesTests
{
    private const string Insert = """
        INSERT INTO audit (id, at_us, actor, actor_name, action, resource, scope_path, detail, source) VALUES (@id, @version, '', '', '', '', @path, '', '')
        """;
    private const string Update = "UPDATE audit SET at_us = @version, scope_path = @path WHERE id = @id AND at_us < @version";
    private const string Count = "SELECT COUNT(*) FROM audit WHERE id = @id";
    private const string Paths = "SELECT id AS Id, scope_path AS ScopePath FROM audit ORDER BY id";

    private string folder = "";
    private Db db = null!;

    [SetUp]
    public async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("qudao-test-").FullName;
        var dialect = new SqliteDialect(Path.Combine(folder, "places.db"));
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(Db).Assembly);
        db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await db.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Whatever_the_order_of_news_rows_end_up_where_they_belong([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        var dealer = new Tree(random);
        for (var i = 0; i < 40; i++)
            dealer.ChangeSomething();
        var news = dealer.News.ToArray();
        // Every other seed lets news arrive nearly in order, as they do; the others stir them thoroughly. Some come twice.
        var late = seed % 2 == 0 ? 6 : news.Length;
        foreach (var (_, happened) in news.Concat(news.Where(_ => random.Next(5) == 0)).Select((n, i) => (Due: i + random.Next(late), n)).OrderBy(n => n.Due).ToList())
            await db.WriteAsync(tx => happened is OrganisationChanged organisation ? Places.HearAsync(tx, organisation) : TakeAsync(tx, happened));
        var kept = await db.ReadAsync(s => s.QueryAsync<Kept>(Paths));
        Assert.That(kept.Select(row => (row.Id, row.ScopePath)), Is.EquivalentTo(dealer.Rows.Select(row => (row.Key, row.Value.Path))));
    }

    private static async Task TakeAsync(Tx tx, Event told)
    {
        var values = new { id = told.AggregateId, version = told.Version, path = await Places.NowAsync(tx, told.ScopePath) };
        if (await tx.ScalarAsync<long>(Count, values) == 0)
            await tx.ExecuteAsync(Insert, values);
        else
            await tx.ExecuteAsync(Update, values);
    }

    private sealed class Kept
    {
        public string Id { get; set; } = "";
        public string ScopePath { get; set; } = "";
    }

    /// <summary>The truth, and what is told of it.</summary>
    private sealed class Tree
    {
        private readonly Random random;
        private readonly Dictionary<string, (string? Parent, long Version)> organisations = [];

        public Tree(Random random)
        {
            this.random = random;
            Create("hq", null);
            foreach (var id in new[] { "ea", "we" })
                Create(id, "hq");
        }

        public List<Event> News { get; } = [];

        public Dictionary<string, (string Organisation, long Version, string Path)> Rows { get; } = [];

        public void ChangeSomething()
        {
            switch (random.Next(4))
            {
                case 0 when organisations.Count < 9:
                    Create($"o{organisations.Count}", Any());
                    break;
                case 1:
                    Put($"row{Rows.Count}", Any());
                    break;
                case 2 when Rows.Count > 0:
                    Put(Rows.Keys.ElementAt(random.Next(Rows.Count)), Any());
                    break;
                default:
                    Move(Any(), Any());
                    break;
            }
        }

        private string Any() => organisations.Keys.ElementAt(random.Next(organisations.Count));

        private string PathOf(string id) => organisations[id].Parent is { } parent ? $"{PathOf(parent)}{id}/" : $"/{id}/";

        private void Create(string id, string? parent)
        {
            organisations[id] = (parent, 1);
            Tell(id, null);
        }

        private void Put(string row, string organisation)
        {
            var path = $"{PathOf(organisation)}{row}/";
            Rows[row] = (organisation, (Rows.TryGetValue(row, out var before) ? before.Version : 0) + 1, path);
            News.Add(new VisitChanged
            {
                AggregateId = row,
                Version = Rows[row].Version,
                ScopePath = path,
                PartnerId = row,
                StaffId = "",
                State = "",
                Kind = "",
                PlannedDate = default,
            });
        }

        private void Move(string id, string parent)
        {
            if (id == "hq" || PathOf(parent).StartsWith(PathOf(id), StringComparison.Ordinal))
                return;
            var before = organisations.Keys.ToDictionary(key => key, PathOf);
            organisations[id] = (parent, organisations[id].Version);
            foreach (var moved in organisations.Keys.Where(key => PathOf(key) != before[key]).ToList())
            {
                organisations[moved] = (organisations[moved].Parent, organisations[moved].Version + 1);
                Tell(moved, before[moved]);
            }
            // A move counts a row's version on, and tells nothing of it.
            foreach (var (row, (organisation, version, path)) in Rows.Where(row => !row.Value.Path.StartsWith(PathOf(row.Value.Organisation), StringComparison.Ordinal)).ToList())
                Rows[row] = (organisation, version + 1, $"{PathOf(organisation)}{row}/");
        }

        private void Tell(string id, string? previous) => News.Add(new OrganisationChanged
        {
            AggregateId = id,
            Version = organisations[id].Version,
            ScopePath = PathOf(id),
            PreviousScopePath = previous,
            Code = id,
            Name = id,
            Kind = "centre",
        });
    }
}
