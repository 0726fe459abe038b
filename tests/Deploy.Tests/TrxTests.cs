using Qudao.Tasks;

namespace Qudao.Deploy.Tests;

internal sealed class TrxTests
{
    private const string TwoResults = """
        <UnitTestResult testName="A" outcome="Passed" />
        <UnitTestResult testName="B" outcome="NotExecuted"><Output><ErrorInfo><Message>not here</Message></ErrorInfo></Output></UnitTestResult>
        """;

    [Test]
    public void Passed_and_skipped_results_are_counted()
    {
        var tally = Read(TwoResults, outcome: "Completed", total: 2, exitCode: 0);

        Assert.That((tally.Passed, tally.Failed, tally.Skipped), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public void A_failed_result_is_counted_once()
    {
        var failed = """<UnitTestResult testName="C" outcome="Failed" />""";

        var tally = Read(TwoResults + failed, outcome: "Failed", total: 3, exitCode: 1);

        Assert.That((tally.Passed, tally.Failed, tally.Skipped), Is.EqualTo((1, 1, 1)));
    }

    [TestCase("Completed", 2, 1, TestName = "An exit code without a failed test is a failure")]
    [TestCase("Completed", 3, 0, TestName = "A test without a result is a failure")]
    [TestCase("Aborted", 2, 0, TestName = "An aborted run is a failure")]
    [TestCase("Failed", 2, 1, TestName = "A run that failed outside its tests is a failure")]
    public void A_run_that_broke_off_never_reads_green(string outcome, int total, int exitCode)
    {
        var tally = Read(TwoResults, outcome, total, exitCode);

        Assert.That((tally.Passed, tally.Failed, tally.Skipped), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void A_crashed_test_host_is_a_failure_beside_its_results()
    {
        var crash = """<RunInfos><RunInfo outcome="Error"><Text>The active test run was aborted. Reason: Test host process crashed</Text></RunInfo></RunInfos>""";

        var tally = Read(TwoResults, outcome: "Failed", total: 2, exitCode: 1, summary: crash);

        Assert.That(tally.Failed, Is.EqualTo(1));
    }

    [Test]
    public void No_file_is_a_failure() =>
        Assert.That(Trx.Read("X.Tests", Path.Combine(TestContext.CurrentContext.WorkDirectory, "absent.trx"), 0, "").Failed, Is.EqualTo(1));

    [Test]
    public void A_file_cut_short_is_a_failure()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "<TestRun><Results>");

        Assert.That(Trx.Read("X.Tests", file, 0, "").Failed, Is.EqualTo(1));
        File.Delete(file);
    }

    private static Tally Read(string results, string outcome, int total, int exitCode, string summary = "")
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>{results}</Results>
              <ResultSummary outcome="{outcome}"><Counters total="{total}" />{summary}</ResultSummary>
            </TestRun>
            """);
        var tally = Trx.Read("X.Tests", file, exitCode, "");
        File.Delete(file);
        return tally;
    }
}
