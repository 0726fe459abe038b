using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>A write is whole or nothing, whoever writes beside it.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class DbTests(DatabaseUnderTest database) : OnEachDatabase(database)
{
    private const string Insert = """
        INSERT INTO operations (id, kind, owner, caller, argument, done, progress_done, progress_total, result, created_us, updated_us, lease_until_us, cancel_requested)
        VALUES (@Id, 'count', @Owner, @Caller, @Argument, @Done, @Count, 0, @Result, 0, 0, 0, 0)
        """;
    private const string Add = "UPDATE operations SET progress_done = progress_done + 1 WHERE id = @id";
    private const string Read = "SELECT progress_done FROM operations WHERE id = @id";

    [Test]
    public async Task What_is_written_is_read_back_as_it_was()
    {
        var text = string.Concat(Enumerable.Repeat("渠道 [%_'\"\\ 🚗 ß ", 1_000));
        var bytes = Enumerable.Range(0, 20_000).Select(i => (byte)i).ToArray();
        await Db.WriteAsync(tx => tx.ExecuteAsync(Insert, Row("a", long.MaxValue, caller: text, argument: bytes)));
        await Db.WriteAsync(tx => tx.ExecuteAsync(Insert, Row("A", long.MinValue)));
        var read = await OtherDb.ReadAsync(s => s.QueryAsync<OperationRow>("""
            SELECT id AS Id, caller AS Caller, argument AS Argument, done AS Done, progress_done AS ProgressDone, result AS Result FROM operations ORDER BY id
            """));
        Assert.That(read.Select(row => (row.Id, row.Done, row.ProgressDone, row.Result)), Is.EqualTo(new[] { ("A", true, long.MinValue, (string?)null), ("a", true, long.MaxValue, null) }));
        Assert.That(read[1].Caller, Is.EqualTo(text));
        Assert.That(read[1].Argument, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Rows_and_events_of_a_failed_write_are_not_there_and_those_beside_it_are()
    {
        async Task WriteAsync(int i)
        {
            await Db.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync(Insert, Row($"{i:00}", i));
                await tx.PublishAsync(Hired($"s{i:00}"));
                if (i % 3 == 0)
                    throw Errors.NotFound("staff/nobody");
            });
        }
        var writes = Enumerable.Range(0, 30).Select(WriteAsync).ToList();
        for (var i = 0; i < writes.Count; i++)
        {
            if (i % 3 == 0)
                Assert.That(async () => await writes[i], Throws.TypeOf<Refusal>());
            else
                await writes[i];
        }
        var whole = Enumerable.Range(0, 30).Where(i => i % 3 != 0).ToList();
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<string>("SELECT id FROM operations ORDER BY id")), Is.EqualTo(whole.Select(i => $"{i:00}")));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<string>("SELECT aggregate_id FROM outbox ORDER BY aggregate_id")), Is.EqualTo(whole.Select(i => $"s{i:00}")));
    }

    [Test]
    public async Task A_key_that_is_taken_is_told_from_other_faults_and_takes_the_rows_before_it_along()
    {
        await Db.WriteAsync(tx => tx.ExecuteAsync(Insert, Row("taken", 0)));
        Assert.That(async () => await FailAfterOneAsync("taken"), Throws.Exception.Matches<Exception>(Db.Dialect.IsUniqueViolation));
        Assert.That(async () => await FailAfterOneAsync(null), Throws.Exception.Matches<Exception>(e => !Db.Dialect.IsUniqueViolation(e)));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<string>("SELECT id FROM operations")), Is.EqualTo(new[] { "taken" }));

        Task FailAfterOneAsync(string? id) => Db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(Insert, Row("first", 0));
            await tx.ExecuteAsync(Insert, Row(id, 0));
        });
    }

    [Test]
    public async Task Writers_of_two_instances_count_to_the_same_number_without_a_gap()
    {
        await Db.WriteAsync(tx => tx.ExecuteAsync(Insert, Row("a", 0)));
        var counted = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? Db : OtherDb).WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(Add, new { id = "a" });
            return await tx.ScalarAsync<long>(Read, new { id = "a" });
        })));
        Assert.That(counted.Order(), Is.EqualTo(Enumerable.Range(1, 200)));
    }

    /// <summary>On SQL Server the first two to come both find nothing: one of them is turned away by the key, and starts again.</summary>
    [Test]
    public async Task Who_finds_nothing_and_inserts_is_not_turned_away_by_who_did_the_same()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? Db : OtherDb).WriteAsync(async tx =>
        {
            var id = $"{i / 8}";
            if (await tx.ExecuteAsync(Add, new { id }) == 0)
                await tx.ExecuteAsync(Insert, Row(id, 1));
        })));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<long>("SELECT progress_done FROM operations")), Is.EqualTo(Enumerable.Repeat(8L, 8)));
    }

    /// <summary>On SQL Server they block each other: the victim of the deadlock starts again.</summary>
    [Test]
    public async Task Writers_that_take_rows_in_opposite_orders_all_get_through()
    {
        await Db.WriteAsync(tx => tx.ExecuteAsync(Insert, new[] { Row("a", 0), Row("b", 0) }));
        for (var round = 0; round < 10; round++)
            await Task.WhenAll(TwiceAsync(Db, "a", "b"), TwiceAsync(OtherDb, "b", "a"));
        Assert.That(await Db.ReadAsync(s => s.QueryAsync<long>("SELECT progress_done FROM operations")), Is.EqualTo(new[] { 20L, 20L }));

        static Task TwiceAsync(Db db, string first, string second) => db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(Add, new { id = first });
            await Task.Delay(5);
            await tx.ExecuteAsync(Add, new { id = second });
        });
    }

    private static object Row(string? id, long count, string caller = "{}", byte[]? argument = null) => new
    {
        Id = id,
        Owner = "王伟",
        Caller = caller,
        Argument = argument ?? [],
        Done = true,
        Count = count,
        Result = (string?)null,
    };
}
