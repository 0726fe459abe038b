using Qudao.Reporting.Dashboards;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Tests;

internal sealed class DashboardFiguresTests
{
    [TestCase(new long[] { }, 0)]
    [TestCase(new long[] { 7 }, 7)]
    [TestCase(new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 9)]
    [TestCase(new long[] { 11, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1 }, 10)]
    public void Nine_in_ten_do_not_exceed_the_ninth_decile(long[] values, long decile)
    {
        Assert.That(DashboardFigures.NinthDecile(values), Is.EqualTo(decile));
    }

    [Test]
    public void Compliance_is_what_was_in_time_of_what_is_decided()
    {
        ObligationCount[] counts =
        [
            Count("on-time", 4, inTime: true), Count("accepted", 1, inTime: true, overdue: true), Count("accepted", 1, overdue: true), Count("late", 1, overdue: true),
            Count("missing", 1, overdue: true), Count("returned", 2, overdue: true), Count("returned", 5, inTime: true), Count("scheduled", 100), Count("due-soon", 100), Count("waived", 100),
        ];

        Assert.That(DashboardFigures.ComplianceRate(counts), Is.EqualTo(0.5));
        Assert.That(DashboardFigures.ComplianceRate([Count("scheduled", 3)]), Is.EqualTo(1));
    }

    private static ObligationCount Count(string state, long count, bool inTime = false, bool overdue = false) =>
        new() { State = state, Count = count, SubmittedInTime = inTime, Overdue = overdue };
}
