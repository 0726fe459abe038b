using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.Running;
using Qudao.ServiceTicket.V1;
using Qudao.Training.V1;

namespace Qudao.System.Tests;

/// <summary>The same request many times at once, and many writers of one resource, on two instances of each service behind the gateway.</summary>
public class RequestTests
{
    private const int Requests = 100, Writers = 50;

    private string data = "";
    private House house = null!;
    private Network network = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        TestKit.Needs.RabbitMq();
        data = Directory.CreateTempSubdirectory("qudao-request").FullName;
        house = await House.ProcessesAsync(data, Transport.Grpc);
        network = await Network.FoundAsync(house);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
        if (data.Length > 0)
            Directory.Delete(data, recursive: true);
    }

    [Test]
    public Task A_partner_is_created_once() => IsDoneOnceAsync(
        person => person.Ask<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest { Partner = Network.Shop("百次新店"), RequestId = "once" }),
        async person => (await person.Ask<PartnerService.PartnerServiceClient>().ListPartnersAsync(new ListPartnersRequest { PageSize = 1000 })).Partners.Where(p => p.DisplayName == "百次新店"));

    [Test]
    public Task An_agreement_is_drafted_once() => IsDoneOnceAsync(
        person => person.Ask<AgreementService.AgreementServiceClient>().CreateAgreementAsync(new CreateAgreementRequest { Agreement = Network.Draft(network.Shops[1], "百次协议"), RequestId = "once" }),
        async person => (await person.Ask<AgreementService.AgreementServiceClient>().ListAgreementsAsync(new ListAgreementsRequest { PageSize = 1000 })).Agreements.Where(a => a.Subject == "百次协议"));

    [Test]
    public Task A_course_is_created_once() => IsDoneOnceAsync(
        person => person.Ask<CourseService.CourseServiceClient>().CreateCourseAsync(new CreateCourseRequest { Course = new Course { Title = "百次课程", Minutes = 60 }, RequestId = "once" }),
        async person => (await person.Ask<CourseService.CourseServiceClient>().ListCoursesAsync(new ListCoursesRequest { PageSize = 1000 })).Courses.Where(c => c.Title == "百次课程"));

    [Test]
    public Task A_ticket_is_opened_once() => IsDoneOnceAsync(
        person => person.Ask<TicketService.TicketServiceClient>().CreateTicketAsync(new CreateTicketRequest { Ticket = Network.Question(network.Shops[1], "百次咨询"), RequestId = "once" }),
        async person => (await person.Ask<TicketService.TicketServiceClient>().ListTicketsAsync(new ListTicketsRequest { PageSize = 1000 })).Tickets.Where(t => t.Subject == "百次咨询"));

    [Test]
    public async Task Daily_sales_are_reported_once()
    {
        var day = $"{ChinaTime.Today(TimeProvider.System):yyyy-MM-dd}";
        var line = new DailySalesLine { Partner = network.Shops[1].Name, Day = day, ProductCode = "GPS-100", Quantity = 7 };
        await IsDoneOnceAsync(
            person => person.Ask<DailySalesService.DailySalesServiceClient>().ReportDailySalesAsync(new ReportDailySalesRequest { Lines = { line }, RequestId = "once" }),
            async person => (await person.Ask<DailySalesService.DailySalesServiceClient>().ListDailySalesAsync(new ListDailySalesRequest { Partner = line.Partner })).DailySales);
        var summary = await network.Manager[Transport.Rest].Ask<DailySalesService.DailySalesServiceClient>().GetSalesSummaryAsync(
            new GetSalesSummaryRequest { Grain = SalesGrain.Day, GroupBy = SalesGroup.Partner, From = day, To = day, Partner = line.Partner });
        Assert.That(summary.Quantity, Is.EqualTo(7));
    }

    [Test]
    public async Task No_update_of_fifty_writers_is_lost()
    {
        var shop = network.Shops[2];
        var updates = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => CountOneMoreAsync(network.Manager[(Transport)(i % 2)], shop.Name)));
        var after = await network.Manager[Transport.Grpc].Ask<PartnerService.PartnerServiceClient>().GetPartnerAsync(new GetPartnerRequest { Name = shop.Name });
        Assert.That(after.AnnualVolume, Is.EqualTo(Writers));
        Assert.That(Etag.VersionOf(after.Etag), Is.EqualTo(Etag.VersionOf(shop.Etag) + Writers));
        Assert.That(updates.Select(update => update.Etag), Is.Unique);
        Assert.That(updates.Select(update => update.AnnualVolume), Is.EquivalentTo(Enumerable.Range(1, Writers)));
    }

    /// <summary>Reads the shop and writes its yearly volume, one more than it was; again, when somebody was faster.</summary>
    private static async Task<Partner> CountOneMoreAsync(Person person, string name)
    {
        var partners = person.Ask<PartnerService.PartnerServiceClient>();
        while (true)
        {
            var shop = await partners.GetPartnerAsync(new GetPartnerRequest { Name = name });
            shop.AnnualVolume++;
            try
            {
                return await partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop, UpdateMask = new FieldMask { Paths = { "annual_volume" } } });
            }
            catch (RpcException slower) when (slower.StatusCode == StatusCode.Aborted)
            {
                // Somebody else's update came first; his is not overwritten.
            }
        }
    }

    /// <summary>Sends the request a hundred times at once, half of them over REST: all get the same answer, and it was done once.</summary>
    private async Task IsDoneOnceAsync<TReply>(Func<Person, AsyncUnaryCall<TReply>> ask, Func<Person, Task<IEnumerable<object>>> list)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => ask(network.Manager[(Transport)(i % 2)]).ResponseAsync));
        Assert.That(replies.Distinct().ToList(), Has.Count.EqualTo(1), "all replies are equal");
        Assert.That((await list(network.Manager[Transport.Grpc])).ToList(), Has.Count.EqualTo(1), "it is there once");
    }
}
