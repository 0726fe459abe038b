using System.Text.Json;

namespace Qudao.Standalone.Demo;

/// <summary>How far the load came, in a file of the data folder.</summary>
/// <param name="Begun">When it was first asked for: the day from which the network's history is told.</param>
/// <param name="Loaded">When it was complete; null before.</param>
internal sealed record DemoState(DateTimeOffset Begun, DateTimeOffset? Loaded);

/// <summary>What the load keeps beside the databases: its state, and the users with their passwords.</summary>
internal sealed class DemoFiles(DataFolder data)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private string StateFile => data.In("demo.json");

    /// <summary>A table of login, role, name and password; nobody but its owner can read it.</summary>
    public string UsersFile => data.In("demo-users.txt");

    /// <summary>Null when the load was never begun here.</summary>
    public DemoState? ReadState() => File.Exists(StateFile) ? JsonSerializer.Deserialize<DemoState>(File.ReadAllText(StateFile)) : null;

    public void WriteState(DemoState state) => Write(StateFile, JsonSerializer.Serialize(state, Indented));

    /// <summary>Each login's password: as the file says, which is written when it is not there.</summary>
    public Dictionary<string, string> Passwords(IEnumerable<Employee> users, Func<string> make)
    {
        if (!File.Exists(UsersFile))
            Write(UsersFile, Table(users.Select(user => new[] { user.Login, user.Role, user.Name, make() })));
        return File.ReadLines(UsersFile).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(row => row[0], row => row[3]);
    }

    private static string Table(IEnumerable<string[]> rows) =>
        string.Concat(rows.Prepend(["login", "role", "name", "password"]).Select(row => $"{row[0],-14}{row[1],-24}{row[2]}{new string(' ', 10 - Width(row[2]))}{row[3]}\n"));

    /// <summary>A Chinese character is as wide as two Latin letters.</summary>
    private static int Width(string text) => text.Sum(c => c < 128 ? 1 : 2);

    /// <summary>Whole or not at all, and readable for its owner only, from its first moment.</summary>
    private static void Write(string path, string text)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(unfinished, options))
            writer.Write(text);
        File.Move(unfinished, path, overwrite: true);
    }
}
