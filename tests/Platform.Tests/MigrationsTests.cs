using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>Scripts run once, in order, whole or not at all, however many instances start.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class MigrationsTests(DatabaseUnderTest database) : OnEachDatabase(database)
{
    private static readonly (string, string) Shops = ("0001_shops", "CREATE TABLE shops (id BIGINT NOT NULL PRIMARY KEY);\nINSERT INTO shops (id) VALUES (1);\n");
    private static readonly (string, string) Cities = ("0002_cities", "ALTER TABLE shops ADD city BIGINT NULL;\nGO\nUPDATE shops SET city = id + 3200;\n");

    [Test]
    public async Task A_second_start_changes_nothing()
    {
        var before = await RanAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        await Database.MigrateAsync(typeof(Db).Assembly, Clock);
        Assert.That(before, Is.Not.Empty);
        Assert.That(await RanAsync(), Is.EqualTo(before));
        Assert.That(await CountAsync(Db, "event_log_head"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_new_version_brings_its_scripts_to_the_data_of_the_version_before()
    {
        await RunAsync(Shops);
        await Db.WriteAsync(tx => tx.ExecuteAsync("INSERT INTO shops (id) VALUES (2)"));
        await RunAsync(Shops, Cities);
        await RunAsync(Shops, Cities);
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<long>("SELECT city FROM shops ORDER BY id")), Is.EqualTo(new[] { 3201, 3202 }));
        // Until the last instance of the version before is stopped, it goes on writing as it did.
        await Db.WriteAsync(tx => tx.ExecuteAsync("INSERT INTO shops (id) VALUES (3)"));
    }

    [Test]
    public async Task A_script_that_was_changed_after_it_ran_stops_the_service_by_its_name()
    {
        await RunAsync(Shops);
        Assert.That(async () => await RunAsync((Shops.Item1, Shops.Item2 + "-- more\n"), Cities), Throws.InvalidOperationException.With.Message.Contains("0001_shops.sql was changed"));
        Assert.That(await CountAsync(Db, "migrations WHERE name LIKE '%cities%'"), Is.Zero, "what comes after it did not run");
        await RunAsync((Shops.Item1, Shops.Item2.ReplaceLineEndings("\r\n")), Cities);
    }

    [Test]
    public async Task A_script_that_fails_leaves_nothing_and_runs_once_it_is_mended()
    {
        var broken = ("0002_cities", Cities.Item2 + "GO\nINSERT INTO shops (id) VALUES (1);\n");
        Assert.That(async () => await RunAsync(Shops, broken), Throws.Exception);
        Assert.That(async () => await Db.ReadAsync(s => s.QueryAsync<long>("SELECT city FROM shops")), Throws.Exception, "the column is not there");
        await RunAsync(Shops, Cities);
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<long>("SELECT city FROM shops")), Is.EqualTo(new[] { 3201 }));
    }

    [Test]
    public async Task Instances_that_start_together_run_each_script_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => RunAsync(Shops, Cities))));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<long>("SELECT city FROM shops")), Is.EqualTo(new[] { 3201 }));
        Assert.That(await CountAsync(Db, "migrations WHERE name LIKE 'shop/%'"), Is.EqualTo(2));
    }

    private Task<List<(string Name, string Checksum, long AppliedUs)>> RanAsync() =>
        Db.ReadAsync(s => s.QueryAsync<(string, string, long)>("SELECT name, checksum, applied_us FROM migrations ORDER BY name"));

    private Task RunAsync(params (string Name, string Sql)[] scripts)
    {
        var dialect = Database.NewDialect();
        return new Migrations(dialect, Clock, NullLogger<Migrations>.Instance).RunAsync(new Service(dialect.Folder, scripts));
    }

    /// <summary>A service that has these scripts.</summary>
    private sealed class Service(string folder, (string Name, string Sql)[] scripts) : Assembly
    {
        public override string[] GetManifestResourceNames() => [.. scripts.Select(script => $"{folder}/{script.Name}.sql")];

        public override Stream GetManifestResourceStream(string name) =>
            new MemoryStream(Encoding.UTF8.GetBytes(scripts.Single(script => name == $"{folder}/{script.Name}.sql").Sql));

        public override AssemblyName GetName() => new("shop");
    }
}
