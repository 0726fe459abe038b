using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Qudao.Running;

namespace Qudao.Deploy.Tests;

/// <summary>build.ps1 is one file for two shells; each must read its own side and only that.</summary>
internal sealed class BuildScriptTests
{
    private static string Script => Path.Combine(Repository.Root, "build.ps1");

    [Test]
    public async Task Under_sh_an_unknown_verb_shows_the_usage_and_ends_with_2()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("no sh");
        await using var script = new ChildProcess("build.ps1", ["sh", Script, "fly"], []);

        Assert.That(await script.Exit, Is.EqualTo(2), script.Tail());
        Assert.That(script.Output, Does.Contain("Unknown verb: fly").And.Some.StartsWith("Usage: sh build.ps1 VERB"));
    }

    [Test]
    public void Under_PowerShell_an_unknown_verb_shows_the_usage_and_ends_with_2()
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        // The engine comes here without its utility module, which holds what "echo" stands for.
        shell.AddScript("function Write-Output {}").AddStatement().AddCommand(Script).AddArgument("fly").AddStatement().AddScript("$LASTEXITCODE");

        var output = shell.Invoke();

        var errors = shell.Streams.Error.Select(error => error.ToString()).ToList();
        Assert.That(output.Select(line => line.BaseObject), Is.EqualTo(new object[] { 2 }), string.Join('\n', errors));
        Assert.That(errors, Has.Some.EqualTo("Unknown verb: fly"));
    }

    [Test]
    public void PowerShell_reads_nothing_of_the_sh_side()
    {
        var script = Parser.ParseFile(Script, out _, out var errors);

        Assert.That(errors, Is.Empty);
        Assert.That(script.EndBlock.Statements.Select(statement => statement.Extent.Text), Has.None.Contains("exec").And.Some.Contains("@args"));
    }

    [Test]
    public void The_script_is_plain_ASCII_with_LF_so_that_both_shells_read_it()
    {
        var bytes = File.ReadAllBytes(Script);

        Assert.That(bytes, Has.All.LessThan(128).And.None.EqualTo((byte)'\r'));
    }
}
