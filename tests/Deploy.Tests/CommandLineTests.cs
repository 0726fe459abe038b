using Qudao.Tasks;

namespace Qudao.Deploy.Tests;

internal sealed class CommandLineTests
{
    [Test]
    public void Options_are_read_with_a_space_or_an_equals_sign()
    {
        var line = CommandLine.Parse(["run", "--data", "/x", "--port=5090", "--processes", "--instances", "2"]);

        Assert.That(line.Faults, Is.Empty);
        Assert.That(line.Text("--data"), Is.EqualTo("/x"));
        Assert.That(line.Number("--port"), Is.EqualTo(5090));
        Assert.That(line.Number("--instances"), Is.EqualTo(2));
        Assert.That(line.Has("--processes"));
        Assert.That(line.Has("--demo"), Is.False);
    }

    [TestCase("", "Say what to do: run, test, bench or build.")]
    [TestCase("start", "Unknown verb: start")]
    [TestCase("build --data=x", "build has no option --data")]
    [TestCase("run 5080", "run has no option 5080")]
    [TestCase("run --port", "--port needs a value")]
    [TestCase("run --data --demo", "--data needs a value")]
    [TestCase("run --demo=yes", "--demo takes no value")]
    [TestCase("run --demo --demo", "--demo is given twice")]
    [TestCase("run --port 0", "--port must be a number from 1 to 65535, not \"0\"")]
    [TestCase("run --port 5O80", "--port must be a number from 1 to 65535, not \"5O80\"")]
    [TestCase("run --processes --instances 10", "--instances must be a number from 1 to 9, not \"10\"")]
    [TestCase("run --instances 2", "--instances goes with --processes")]
    [TestCase("run --processes --demo", "--demo goes without --processes")]
    [TestCase("run --restore", "--restore needs a value")]
    [TestCase("run --restore x --processes", "--restore goes without --processes")]
    [TestCase("run --restore x --demo", "--demo goes without --restore")]
    [TestCase("run --overwrite", "--overwrite goes with --restore")]
    [TestCase("run --grpc-port 5080", "--port and --grpc-port must differ")]
    public void A_fault_is_named(string arguments, string fault)
    {
        var line = CommandLine.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.That(line.Faults, Is.EqualTo(new[] { fault }));
    }

    [Test]
    public void All_faults_are_named_at_once()
    {
        var line = CommandLine.Parse(["run", "--port", "x", "--grpc-port", "y", "--color"]);

        Assert.That(line.Faults, Has.Count.EqualTo(3));
    }

    [Test]
    public void Bench_takes_whatever_the_benchmark_takes()
    {
        var line = CommandLine.Parse(["bench", "--rounds", "1"]);

        Assert.That(line.Faults, Is.Empty);
        Assert.That(line.Rest, Is.EqualTo(new[] { "--rounds", "1" }));
    }
}
