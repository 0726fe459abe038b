using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using Qudao.Training.V1;
using Event = Qudao.Events.Event;

namespace Qudao.Reporting.Tests;

/// <summary>The picture is mended from the services' logs, tells how far it is behind, and is compared with what they hold.</summary>
internal sealed class RebuildTests
{
    private static readonly DateTimeOffset Noon = ChinaTime.At(ReportingHouse.Today, new TimeOnly(12, 0));

    private FakeLog log = null!;
    private FakePartners partners = null!;
    private FakeService fake = null!;
    private ServiceUnderTest service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (log, partners) = (new FakeLog(), new FakePartners());
        fake = await FakeService.StartAsync(log, partners, new NoAgreements(), new NoTickets(), new NoRequests(), new OneSession(), new NoCertificates(), new NoContractLog(), new NoTrainingLog(), new NoTicketLog());
        service = await ServiceUnderTest.StartAsync(new ReportingModule(), new ServiceOptions
        {
            Downstream = new Dictionary<string, string> { ["Dealer"] = fake.Address, ["Contract"] = fake.Address, ["Training"] = fake.Address, ["ServiceTicket"] = fake.Address },
        });
        await service.MoveClockAsync(Noon);
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (service is not null)
            await service.DisposeAsync();
        if (fake is not null)
            await fake.DisposeAsync();
    }

    [Test]
    public async Task What_was_missed_is_made_good_from_the_log_and_what_is_known_stays()
    {
        var events = Enumerable.Range(0, 450).SelectMany(i => new Event[]
        {
            Heard.Partner($"p{i}", $"/hq/js/p{i}/", "s1", "target", ""), Heard.Partner($"p{i}", $"/hq/js/p{i}/", "s2", "signed", "target", 2),
        }).Select(log.Append).ToList();
        // One was heard as it should, one only in its older version, and one was spoilt since.
        await HearAsync(events[0]);
        await HearAsync(events[1]);
        await HearAsync(events[2]);
        await service.Db.WriteAsync(tx => tx.ExecuteAsync("UPDATE partners SET stage = 'lost' WHERE id = 'p0'"));
        Assert.That(await LagAsync(), Is.EqualTo("dealer 600 True, contract 0 True, training 0 True, serviceticket 0 True"));

        var done = await DoneAsync(await Projections(Hq).RebuildProjectionsAsync(new RebuildProjectionsRequest { RequestId = "r1" }));

        Assert.That(done.Error, Is.Null, $"{done.Error}");
        var result = RebuildProjectionsResult.Parser.ParseJson(done.ResultJson);
        Assert.That((result.Events, result.Missed, done.ProgressDone), Is.EqualTo((900L, 897L, 900L)));
        Assert.That(await service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM partners WHERE stage = 'signed' AND assignee_id = 's2' AND version = 2")), Is.EqualTo(450));
        Assert.That(await service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM partner_stages")), Is.EqualTo(900));
        Assert.That(await LagAsync(), Is.EqualTo("dealer 0 True, contract 0 True, training 0 True, serviceticket 0 True"));
        // What comes by the broker afterwards changes nothing, and a further rebuild neither; with resume it reads on only.
        log.Append(Heard.Partner("new", "/hq/js/new/"));
        var resumed = RebuildProjectionsResult.Parser.ParseJson((await DoneAsync(await Projections(Hq).RebuildProjectionsAsync(new RebuildProjectionsRequest { Resume = true }))).ResultJson);
        Assert.That((resumed.Events, resumed.Missed), Is.EqualTo((1L, 1L)));
        var again = RebuildProjectionsResult.Parser.ParseJson((await DoneAsync(await Projections(Hq).RebuildProjectionsAsync(new RebuildProjectionsRequest { Sources = { "dealer" } }))).ResultJson);
        Assert.That((again.Events, again.Missed), Is.EqualTo((901L, 0L)));
    }

    [Test]
    public async Task Differences_are_told_and_what_was_only_on_its_way_is_none()
    {
        foreach (var id in new[] { "same", "stale", "other", "gone" })
            await HearAsync(log.Append(Heard.Partner(id, $"/hq/js/{id}/", "s1")));
        partners.Put("same", 1, PartnerStage.Signed);
        partners.Put("stale", 3, PartnerStage.Signed);
        partners.Put("other", 1, PartnerStage.Trained);
        partners.Put("unheard", 1, PartnerStage.Signed);
        // In the list it is older than in the answer for it alone: it moved meanwhile.
        await HearAsync(log.Append(Heard.Partner("moving", "/hq/js/moving/", "s1", version: 2)));
        partners.Put("moving", 2, PartnerStage.Signed, listed: 1);

        await service.HearAsync(Heard.Session("s1", new(2026, 11, 10), version: 4));

        var done = await DoneAsync(await Projections(Hq).CompareProjectionsAsync(new CompareProjectionsRequest()));

        Assert.That(done.Error, Is.Null, $"{done.Error}");
        var comparison = (await Projections(Hq).ListProjectionComparisonsAsync(new ListProjectionComparisonsRequest())).ProjectionComparisons.Single();
        Assert.That(comparison, Is.EqualTo(ProjectionComparison.Parser.ParseJson(done.ResultJson)));
        Assert.That(comparison.Counts.Select(one => $"{one.Kind} {one.Theirs} {one.Ours} {one.Differences}"),
            Is.EqualTo(new[] { "agreements 0 0 0", "certificates 0 0 0", "partners 5 5 4", "tickets 0 0 0", "trainingRequests 0 0 0", "trainingSessions 1 1 0" }));
        var differences = new List<string>();
        var request = new ListProjectionDifferencesRequest { Parent = comparison.Name, PageSize = 3 };
        do
        {
            var page = await Projections(Hq).ListProjectionDifferencesAsync(request);
            differences.AddRange(page.Differences.Select(one => $"{one.Resource} {one.Kind} {one.TheirVersion} {one.OurVersion} {one.Theirs} | {one.Ours}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(differences, Is.EqualTo(new[]
        {
            "partners/gone MissingThere 0 1  | signed js s1", "partners/other Content 1 1 trained js s1 | signed js s1",
            "partners/stale Version 3 1 signed js s1 | signed js s1", "partners/unheard MissingHere 1 0 signed js s1 | ",
        }));
    }

    [Test]
    public async Task Only_who_sees_the_whole_company_may_and_a_service_that_does_not_answer_is_told()
    {
        var centre = service.TokenFor("centre-general-manager", "/hq/js/", "g1");
        var refused = new[]
        {
            await ReportingHouse.CodeOfAsync(Projections(centre).RebuildProjectionsAsync(new RebuildProjectionsRequest())),
            await ReportingHouse.CodeOfAsync(Projections(centre).CompareProjectionsAsync(new CompareProjectionsRequest())),
            await ReportingHouse.CodeOfAsync(Projections(centre).GetProjectionLagAsync(new GetProjectionLagRequest())),
            await ReportingHouse.CodeOfAsync(Projections(centre).ListProjectionComparisonsAsync(new ListProjectionComparisonsRequest())),
            await ReportingHouse.CodeOfAsync(Projections(service.TokenFor("salesperson", "/hq/", "s1")).RebuildProjectionsAsync(new RebuildProjectionsRequest())),
        };
        var unknown = await ReportingHouse.RefusalOfAsync(Projections(Hq).RebuildProjectionsAsync(new RebuildProjectionsRequest { Sources = { "dealer", "gateway" } }));
        log.Failure = new RpcException(new Status(StatusCode.Unauthenticated, "late"));
        var late = await DoneAsync(await Projections(Hq).RebuildProjectionsAsync(new RebuildProjectionsRequest()));

        var unread = await ReportingHouse.RefusalOfAsync(Projections(Hq).GetProjectionLagAsync(new GetProjectionLagRequest()));

        Assert.That(unread.Reason, Is.EqualTo("SIGN_IN_EXPIRED"));
        Assert.That(refused, Is.All.EqualTo(StatusCode.PermissionDenied));
        Assert.That(unknown.Fields, Is.EqualTo(new[] { "sources[1] UNKNOWN_VALUE" }));
        Assert.That(late.Error.GetDetail<Google.Rpc.ErrorInfo>()!.Reason, Is.EqualTo("SIGN_IN_EXPIRED"));
    }

    private string Hq => service.TokenFor("hq-sales", "/hq/", "h1");

    private ProjectionService.ProjectionServiceClient Projections(string token) => new(service.Grpc(token));

    private Task HearAsync(EventRecord record) => service.HearAsync(EventJson.Read(record.Type, record.DataJson), record.Id);

    private async Task<string> LagAsync() => string.Join(", ", (await Projections(Hq).GetProjectionLagAsync(new GetProjectionLagRequest())).Sources
        .Select(one => $"{one.Source_} {one.LagSeconds / 10 * 10} {one.Complete}"));

    private async Task<Operation> DoneAsync(Operation operation)
    {
        var client = new V1.OperationsService.OperationsServiceClient(service.Grpc(Hq));
        await Eventually.Async(async () => (operation = await client.GetOperationAsync(new GetOperationRequest { Name = operation.Name })).Done, TimeSpan.FromSeconds(30), "the operation is done");
        return operation;
    }

    /// <summary>Dealer's event log, in which all happened ten minutes ago.</summary>
    private sealed class FakeLog : Dealer.V1.OperationsService.OperationsServiceBase
    {
        private readonly List<EventRecord> records = [];

        public RpcException? Failure { get; set; }

        public EventRecord Append(Event happened)
        {
            var at = Noon.AddMinutes(-10);
            var stamped = happened with { EventId = $"e{records.Count}", OccurTime = at };
            var record = new EventRecord
            {
                Id = stamped.EventId,
                Type = EventCatalog.NameOf(stamped.GetType()),
                AggregateId = stamped.AggregateId,
                Version = stamped.Version,
                OccurTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(at),
                DataJson = System.Text.Json.JsonSerializer.Serialize(stamped, stamped.GetType(), EventJson.Options),
            };
            records.Add(record);
            return record;
        }

        public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
        {
            if (Failure is not null || context.RequestHeaders.GetValue("authorization") is null)
                throw Failure ?? new RpcException(new Status(StatusCode.Unauthenticated, "who?"));
            var from = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken);
            var page = records.Skip(from).Take(request.PageSize).ToList();
            return Task.FromResult(new ListEventsResponse { Events = { page }, NextPageToken = $"{from + page.Count}" });
        }
    }

    private sealed class FakePartners : PartnerService.PartnerServiceBase
    {
        private readonly Dictionary<string, (Partner Listed, Partner Now)> all = [];

        public void Put(string id, long version, PartnerStage stage, long? listed = null)
        {
            var now = new Partner { Name = $"partners/{id}", Stage = stage, Organisation = "organisations/js", Assignee = "staff/s1", Etag = Etag.Of(version) };
            all[id] = (new Partner(now) { Etag = Etag.Of(listed ?? version) }, now);
        }

        public override Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context) =>
            Task.FromResult(new ListPartnersResponse { Partners = { all.Values.Select(one => one.Listed) } });

        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
            all.TryGetValue(request.Name["partners/".Length..], out var one) ? Task.FromResult(one.Now) : throw new RpcException(new Status(StatusCode.NotFound, "no"));
    }

    private sealed class NoAgreements : AgreementService.AgreementServiceBase
    {
        public override Task<ListAgreementsResponse> ListAgreements(ListAgreementsRequest request, ServerCallContext context) => Task.FromResult(new ListAgreementsResponse());
    }

    private sealed class NoTickets : TicketService.TicketServiceBase
    {
        public override Task<ListTicketsResponse> ListTickets(ListTicketsRequest request, ServerCallContext context) => Task.FromResult(new ListTicketsResponse());
    }

    private sealed class NoRequests : TrainingRequestService.TrainingRequestServiceBase
    {
        public override Task<ListTrainingRequestsResponse> ListTrainingRequests(ListTrainingRequestsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListTrainingRequestsResponse());
    }

    private sealed class OneSession : TrainingSessionService.TrainingSessionServiceBase
    {
        // One, that Reporting knows.
        private static readonly TrainingSession Known = new() { Name = "trainingSessions/s1", State = TrainingSessionState.Held, Organisation = "organisations/js", Etag = Etag.Of(4) };

        public override Task<ListTrainingSessionsResponse> ListTrainingSessions(ListTrainingSessionsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListTrainingSessionsResponse { TrainingSessions = { Known } });
    }

    private sealed class NoCertificates : CertificateService.CertificateServiceBase
    {
        public override Task<ListCertificatesResponse> ListCertificates(ListCertificatesRequest request, ServerCallContext context) => Task.FromResult(new ListCertificatesResponse());
    }

    private sealed class NoContractLog : Contract.V1.OperationsService.OperationsServiceBase
    {
        public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context) => Task.FromResult(new ListEventsResponse());
    }

    private sealed class NoTrainingLog : Training.V1.OperationsService.OperationsServiceBase
    {
        public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context) => Task.FromResult(new ListEventsResponse());
    }

    private sealed class NoTicketLog : ServiceTicket.V1.OperationsService.OperationsServiceBase
    {
        public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context) => Task.FromResult(new ListEventsResponse());
    }
}
