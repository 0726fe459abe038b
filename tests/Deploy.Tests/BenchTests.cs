using Qudao.Running;

namespace Qudao.Deploy.Tests;

/// <summary>The bench can be asked for its rows and measures one; what it measures is nobody's business here.</summary>
internal sealed class BenchTests
{
    private static readonly string[] Rows = ["create", "get", "list", "rest-create", "rest-get", "rest-list", "events", "standalone"];

    [Test]
    public async Task Help_names_every_row_and_an_unknown_one_is_refused()
    {
        var (help, said) = await RunAsync("--help");
        var (refused, why) = await RunAsync("--rows", "fly", "--rounds", "0");

        Assert.That(help, Is.Zero);
        foreach (var row in Rows)
            Assert.That(said, Has.Some.StartsWith($"  {row} "));
        Assert.That(refused, Is.EqualTo(2));
        Assert.That(why, Does.Contain("There is no row \"fly\"").And.Some.StartsWith("--rounds must be a number"));
    }

    [Test]
    public async Task One_row_is_measured_against_the_bare_stack()
    {
        var (code, output) = await RunAsync("--rows", "get", "--rounds", "1", "--seconds", "0.2");

        Assert.That(code, Is.Zero, string.Join('\n', output));
        Assert.That(output, Has.Some.Match("^get a partner, gRPC +[0-9].* calls/s +[0-9]"));
    }

    private static async Task<(int Code, IReadOnlyCollection<string> Output)> RunAsync(params string[] arguments)
    {
        await using var bench = new ChildProcess("bench", ["dotnet", Repository.Built("Qudao.Bench"), .. arguments], []);
        return (await bench.Exit.WaitAsync(TimeSpan.FromMinutes(3)), bench.Output);
    }
}
