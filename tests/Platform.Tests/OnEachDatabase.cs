using Microsoft.Extensions.Time.Testing;
using Qudao.Events;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>Each test has a database of its own with the platform's tables, and a clock that stands still until it is moved.</summary>
public abstract class OnEachDatabase(DatabaseUnderTest kind)
{
    private TestDatabase? created;

    protected TestDatabase Database => created!;

    protected FakeTimeProvider Clock { get; private set; } = null!;

    protected Db Db { get; private set; } = null!;

    /// <summary>A second instance of the service on the same database.</summary>
    protected Db OtherDb { get; private set; } = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        created = await TestDatabase.CreateAsync(kind);
        Clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 5, 1, 0, 0, TimeSpan.Zero));
        await Database.MigrateAsync(typeof(Db).Assembly, Clock);
        (Db, OtherDb) = (Database.Open(Clock), Database.Open(Clock));
    }

    [TearDown]
    public async Task DropAsync()
    {
        if (created is not null)
            await created.DisposeAsync();
        created = null;
    }

    protected static Task<long> CountAsync(Db db, string from) => db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM " + from));

    protected static StaffChanged Hired(string id, long version = 1) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = "/hq/js/",
        Name = "王伟",
        OrganisationId = "js",
        Roles = ["salesperson"],
        Active = true,
    };
}
