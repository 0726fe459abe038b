namespace Qudao.System.Tests.Year;

/// <summary>A year of five centres, day by day, with the books balanced each evening.</summary>
public class YearTests
{
    private const int Days = 365;

    // A year to come: what a service writes when it is first started bears the machine's own date.
    private static readonly DateOnly First = new(2040, 1, 2);

    [Test]
    public async Task Every_day_the_books_of_a_year_balance()
    {
        await using var house = await YearHouse.StartAsync(First);
        var simulation = new Simulation(house, new Random(20260105));
        var books = new YearBooks(house, simulation);
        await simulation.FoundAsync();
        for (var day = 0; day < Days; day++)
        {
            await house.MoveToAsync(First.AddDays(day));
            await books.SettleAsync();
            if (day == Days / 2)
                await simulation.ReorganiseAsync();
            await simulation.DayAsync();
            await books.SettleAsync();
            await books.BalanceAsync();
            if (house.Today.Day == 25)
                await books.ReportAsync();
        }
        Assert.Multiple(() =>
        {
            Assert.That(simulation.Centres.Sum(centre => centre.Signed.Count), Is.GreaterThan(300), "agreements signed");
            Assert.That(simulation.Conflicts, Is.GreaterThan(5), "cities claimed twice");
            Assert.That(simulation.Renewals, Is.GreaterThan(50), "agreements renewed");
            Assert.That(simulation.Terminated, Has.Count.GreaterThan(5), "agreements ended by HQ");
        });
    }
}
