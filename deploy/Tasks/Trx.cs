using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Qudao.Tasks;

/// <summary>
/// Reads a test run's results. Counts the results themselves and holds the file's own totals against them: the one
/// closing line must not read green for a run that broke off.
/// </summary>
internal static class Trx
{
    private static readonly XNamespace Ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <param name="project">The test project, for messages.</param>
    /// <param name="file">The TRX file; its absence is a failure.</param>
    /// <param name="exitCode">What "dotnet test" ended with.</param>
    /// <param name="output">What "dotnet test" printed.</param>
    public static Tally Read(string project, string file, int exitCode, string output)
    {
        var tally = new Tally();
        var run = Load(file);
        foreach (var result in run?.Descendants(Ns + "UnitTestResult") ?? [])
            Count(tally, result);
        if (run is null)
            tally.Fail(project, $"no results; dotnet test ended with exit code {exitCode}\n{Tail(output)}");
        else if (Abortion(run, tally, exitCode) is { } why)
            tally.Fail(project, $"{why}\n{Tail(output)}");
        return tally;
    }

    private static XDocument? Load(string file)
    {
        try
        {
            return File.Exists(file) ? XDocument.Load(file) : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static void Count(Tally tally, XElement result)
    {
        var test = (string?)result.Attribute("testName") ?? "?";
        var message = (string?)result.Descendants(Ns + "Message").FirstOrDefault();
        if (TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out var took))
            tally.Took(test, took);
        switch ((string?)result.Attribute("outcome"))
        {
            case "Passed":
                tally.Pass();
                break;
            case "NotExecuted" or "Inconclusive":
                tally.Skip(test, message ?? "no reason given");
                break;
            default:
                tally.Fail(test, $"{message}\n{(string?)result.Descendants(Ns + "StackTrace").FirstOrDefault()}");
                break;
        }
    }

    // A run that broke off says so in its outcome, in its error lines, in totals that do not add up, or only by its exit code.
    private static string? Abortion(XDocument run, Tally tally, int exitCode)
    {
        var summary = run.Descendants(Ns + "ResultSummary").FirstOrDefault();
        var total = (int?)summary?.Element(Ns + "Counters")?.Attribute("total");
        var error = run.Descendants(Ns + "RunInfo").FirstOrDefault(info => (string?)info.Attribute("outcome") is "Error" && tally.Failed == 0);
        if (summary is null || (string?)summary.Attribute("outcome") is not ("Completed" or "Failed"))
            return $"the run did not complete: {(string?)summary?.Attribute("outcome") ?? "no summary"}";
        if (total != tally.Passed + tally.Failed + tally.Skipped)
            return $"the run counts {total} tests, but {tally.Passed + tally.Failed + tally.Skipped} have a result";
        if (error is not null)
            return $"the run met an error: {(string?)error}";
        return exitCode != 0 && tally.Failed == 0 ? $"no test failed, but dotnet test ended with exit code {exitCode}" : null;
    }

    private static string Tail(string output) => string.Join('\n', output.TrimEnd().Split('\n').TakeLast(40));
}
