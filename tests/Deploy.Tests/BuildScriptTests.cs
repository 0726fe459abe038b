using Qudao.Running;

namespace Qudao.Deploy.Tests;

internal sealed class BuildScriptTests
{
    [Test]
    public async Task Under_sh_an_unknown_verb_shows_the_usage_and_ends_with_2()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("no sh");
        await using var script = new ChildProcess("build.ps1", ["sh", Path.Combine(Repository.Root, "build.ps1"), "fly"], []);

        Assert.That(await script.Exit, Is.EqualTo(2), script.Tail());
        Assert.That(script.Output, Does.Contain("Unknown verb: fly").And.Some.StartsWith("Usage: sh build.ps1 VERB"));
    }

    [Test]
    public void The_script_is_plain_ASCII_with_LF_so_that_sh_and_PowerShell_both_read_it()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, "build.ps1"));

        Assert.That(bytes, Has.All.LessThan(128).And.None.EqualTo((byte)'\r'));
    }
}
