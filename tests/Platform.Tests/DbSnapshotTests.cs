using Microsoft.Data.Sqlite;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>Several databases read as of one instant while all of them are written to.</summary>
public class DbSnapshotTests
{
    private const string Insert = "INSERT INTO inbox (message_id, consumer, received_us) VALUES (@id, 'c', 0)";
    private const int Chains = 8, AtLeast = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<TestDatabase> created = [];
    private string folder = "";
    private Db cause = null!;
    private Db effect = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        folder = Directory.CreateTempSubdirectory("qudao-snapshot-").FullName;
        (cause, effect) = (await NewAsync(), await NewAsync());
    }

    [TearDown]
    public async Task DropAsync()
    {
        foreach (var database in created)
            await database.DisposeAsync();
        created.Clear();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Each id is committed in one database and, after that, in the other: as an event and what comes of it.</summary>
    [Test]
    public async Task No_effect_is_there_without_its_cause_and_all_that_was_committed_before_is()
    {
        using var stop = new CancellationTokenSource();
        var done = 0;
        var writing = Enumerable.Range(0, Chains).Select(chain => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = $"{chain}-{i}";
                await cause.WriteAsync(tx => tx.ExecuteAsync(Insert, new { id }));
                await effect.WriteAsync(tx => tx.ExecuteAsync(Insert, new { id }));
                Interlocked.Increment(ref done);
            }
        })).ToList();
        for (var round = 0; round < 5; round++)
        {
            var from = done;
            await Eventually.Async(() => done > from + AtLeast, Patience, "writes go on beside the snapshots");
            var committed = done;
            // In the order in which a copy taken one after the other would miss the causes.
            var snapshots = await DbSnapshot.TakeAsync([cause, effect]);
            await Eventually.Async(() => done > committed + AtLeast, Patience, "writes go on beside the copying");
            var (causes, effects) = (await CopyAsync(snapshots[0], $"cause{round}"), await CopyAsync(snapshots[1], $"effect{round}"));
            Assert.That(effects.Except(causes), Is.Empty, "effects without a cause");
            Assert.That(causes.Except(effects).Count(), Is.AtMost(Chains), "each chain is one step ahead at most");
            Assert.That(effects, Has.Count.AtLeast(committed));
            Assert.That(effects, Has.Count.LessThan(done), "what came later is not in it");
        }
        await stop.CancelAsync();
        await Task.WhenAll(writing);
    }

    [Test]
    public async Task Who_breaks_the_copying_off_leaves_the_writers_free()
    {
        var snapshots = await DbSnapshot.TakeAsync([cause]);
        Assert.That(() => snapshots[0].CopyAsync(Path.Combine(folder, "broken.db"), _ => throw new OperationCanceledException()), Throws.TypeOf<OperationCanceledException>());
        await snapshots[0].DisposeAsync();
        await cause.WriteAsync(tx => tx.ExecuteAsync(Insert, new { id = "after" }));
    }

    private async Task<Db> NewAsync()
    {
        var database = await TestDatabase.CreateAsync(DatabaseUnderTest.Sqlite);
        created.Add(database);
        await database.MigrateAsync(typeof(Db).Assembly, TimeProvider.System);
        return database.Open();
    }

    private async Task<HashSet<string>> CopyAsync(DbSnapshot snapshot, string name)
    {
        var path = Path.Combine(folder, name);
        await snapshot.CopyAsync(path, _ => Task.CompletedTask);
        await snapshot.DisposeAsync();
        Assert.That(Directory.GetFiles(folder, $"{name}*"), Is.EqualTo(new[] { path }), "one file, nothing beside it");
        var ids = new HashSet<string>();
        using var copy = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        copy.Open();
        using var command = copy.CreateCommand();
        command.CommandText = "SELECT message_id FROM inbox";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids;
    }
}
