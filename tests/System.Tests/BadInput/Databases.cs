using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Qudao.TestKit;

namespace Qudao.System.Tests.BadInput;

/// <summary>What the services have stored, read beside them from their files.</summary>
public sealed class Databases(string folder) : IDisposable
{
    /// <summary>
    /// What changes with every call, good or bad: the end of a session, which moves on when it is used, and the count of
    /// failed sign-ins, which is made of bad calls. Everything else is to stay as it was.
    /// </summary>
    private static readonly HashSet<string> Moving = ["sessions", "sign_in_failures"];

    private readonly List<Watched> files = [.. Directory.GetFiles(folder, "*.db").Order().Select(file => new Watched(file))];
    private SortedDictionary<string, string> last = [];

    /// <summary>The tables whose content is another than when this was last asked, with rows and a hash: "dealer.partners: 7 rows, 3f…".</summary>
    public IReadOnlyList<string> Changes()
    {
        var now = Snapshot();
        var changes = now.Except(last).Select(table => $"{table.Key}: {table.Value}, was {last[table.Key]}").ToList();
        last = now;
        return changes;
    }

    private SortedDictionary<string, string> Snapshot()
    {
        var tables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, content) in files.SelectMany(file => file.Tables()))
            tables[table] = content;
        return tables;
    }

    public void Dispose() => files.ForEach(file => file.Dispose());

    /// <summary>Waits until consumers and timers have nothing left to do: every event delivered, and nothing changes for a while.</summary>
    public async Task SettleAsync()
    {
        last = Snapshot();
        var since = TimeProvider.System.GetTimestamp();
        await Eventually.Async(() =>
        {
            if (Changes().Count > 0)
                since = TimeProvider.System.GetTimestamp();
            return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3);
        }, TimeSpan.FromSeconds(60), "the network is at rest");
    }

    /// <summary>A file that is read again only when somebody wrote to it.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly string name;
        private readonly SqliteConnection connection;
        private Dictionary<string, string> tables = [];
        private long version = -1;

        public Watched(string file)
        {
            name = Path.GetFileNameWithoutExtension(file);
            connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
            connection.Open();
        }

        public IReadOnlyDictionary<string, string> Tables()
        {
            using var command = new SqliteCommand("PRAGMA data_version", connection);
            var now = (long)command.ExecuteScalar()!;
            if (now != version)
                tables = Names(connection).Where(table => !Moving.Contains(table)).ToDictionary(table => $"{name}.{table}", table => Content(connection, table));
            version = now;
            return tables;
        }

        public void Dispose() => connection.Dispose();
    }

    private static List<string> Names(SqliteConnection connection)
    {
        using var command = new SqliteCommand("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", connection);
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static string Content(SqliteConnection connection, string table)
    {
        using var command = new SqliteCommand($"SELECT * FROM \"{table}\"", connection);
        using var reader = command.ExecuteReader();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = 0;
        for (; reader.Read(); rows++)
            for (var i = 0; i < reader.FieldCount; i++)
                hash.AppendData(Encoding.UTF8.GetBytes(reader.IsDBNull(i) ? "\0" : reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) + "\u0001"));
        return $"{rows} rows, {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6))}";
    }
}
