namespace Qudao.System.Tests;

/// <summary>
/// The processes that these tests start live for seconds, a dozen at a time on two cores: the runtime's second compilation of
/// what turns out to be hot took more of both cores than all their work, and paid off for none of them.
/// </summary>
[SetUpFixture]
public class ShortLives
{
    [OneTimeSetUp]
    public void CompileOnce()
    {
        // This process has read its own settings long ago.
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCounting", "0");
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        // Pages that are written and run by turns are remapped for each method that is compiled: a seventh of a start.
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
        // And an idle thread of one process takes nothing from the work of the others.
        Environment.SetEnvironmentVariable("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0");
    }
}
