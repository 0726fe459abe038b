using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;
using Qudao.Training.V1;

namespace Qudao.Reporting.Projections;

/// <summary>A kind of resource that is compared: what its service says of it, and what Reporting says.</summary>
public abstract class Compared(string name)
{
    protected const int PageSize = 500;

    /// <summary>Its collection.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Whether its service tells of every version. Where it does not, an older version here that says the same is no difference.
    /// </summary>
    public virtual bool TellsEveryVersion => false;

    /// <summary>A page of what the service has, and the token of the next.</summary>
    public abstract Task<(List<FactRow> Facts, string Next)> PageAsync(string token, Metadata headers);

    /// <summary>One resource as the service has it; null when it has not.</summary>
    public abstract Task<FactRow?> TheirsAsync(string id, Metadata headers);

    /// <summary>One resource as Reporting has it.</summary>
    public abstract Task<FactRow?> OursAsync(Session session, string id);

    /// <summary>How many Reporting has.</summary>
    public abstract Task<long> CountAsync(Session session);

    /// <summary>What Reporting has and the comparison has not seen at the service, after an id.</summary>
    public abstract Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n);

    public static IReadOnlyList<Compared> All(IServiceProvider services) =>
    [
        new Agreements(services.GetRequiredService<AgreementService.AgreementServiceClient>()),
        new Certificates(services.GetRequiredService<CertificateService.CertificateServiceClient>()),
        new Partners(services.GetRequiredService<PartnerService.PartnerServiceClient>()),
        new Tickets(services.GetRequiredService<TicketService.TicketServiceClient>()),
        new TrainingRequests(services.GetRequiredService<TrainingRequestService.TrainingRequestServiceClient>()),
        new TrainingSessions(services.GetRequiredService<TrainingSessionService.TrainingSessionServiceClient>()),
    ];

    protected FactRow Fact(string name, string etag, Enum state, string place, string who = "") => new()
    {
        Id = Ids.Of(name, Name),
        Version = Etag.VersionOf(etag),
        State = Text(state),
        Place = place[(place.IndexOf('/') + 1)..],
        Who = who[(who.IndexOf('/') + 1)..],
    };

    /// <summary>"in-review" of AGREEMENT_STATE_IN_REVIEW.</summary>
    private static string Text(Enum value) =>
        string.Concat($"{value}".Select((c, i) => char.IsAsciiLetterUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private sealed class Partners(PartnerService.PartnerServiceClient client) : Compared("partners")
    {
        private const string Fields = "p.id AS Id, p.version AS Version, p.stage AS State, p.organisation_id AS Place, p.assignee_id AS Who";
        private const string SelectOne = $"SELECT {Fields} FROM partners p WHERE p.id = @id";
        private const string Count = "SELECT COUNT(*) FROM partners";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM partners p WHERE p.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'partners' AND s.resource_id = p.id)
            ORDER BY p.id LIMIT @n
            """;

        public override bool TellsEveryVersion => true;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListPartnersAsync(new ListPartnersRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.Partners.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetPartnerAsync(new GetPartnerRequest { Name = $"partners/{id}" }, headers).FoundAsync() is { MergedInto: "" } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(Partner partner) => Fact(partner.Name, partner.Etag, partner.Stage, partner.Organisation, partner.Assignee);
    }

    private sealed class Agreements(AgreementService.AgreementServiceClient client) : Compared("agreements")
    {
        private const string Fields = "a.id AS Id, a.version AS Version, a.state AS State, a.partner_id AS Place";
        private const string SelectOne = $"SELECT {Fields} FROM agreements a WHERE a.id = @id";
        private const string Count = "SELECT COUNT(*) FROM agreements";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM agreements a WHERE a.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'agreements' AND s.resource_id = a.id)
            ORDER BY a.id LIMIT @n
            """;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListAgreementsAsync(new ListAgreementsRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.Agreements.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetAgreementAsync(new GetAgreementRequest { Name = $"agreements/{id}" }, headers).FoundAsync() is { } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(Agreement agreement) => Fact(agreement.Name, agreement.Etag, agreement.State, agreement.Partner);
    }

    private sealed class TrainingRequests(TrainingRequestService.TrainingRequestServiceClient client) : Compared("trainingRequests")
    {
        private const string Fields = "t.id AS Id, t.version AS Version, t.state AS State, t.partner_id AS Place";
        private const string SelectOne = $"SELECT {Fields} FROM training_requests t WHERE t.id = @id";
        private const string Count = "SELECT COUNT(*) FROM training_requests";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM training_requests t WHERE t.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'trainingRequests' AND s.resource_id = t.id)
            ORDER BY t.id LIMIT @n
            """;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListTrainingRequestsAsync(new ListTrainingRequestsRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.TrainingRequests.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = $"trainingRequests/{id}" }, headers).FoundAsync() is { } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(TrainingRequest request) => Fact(request.Name, request.Etag, request.State, request.Partner);
    }

    private sealed class TrainingSessions(TrainingSessionService.TrainingSessionServiceClient client) : Compared("trainingSessions")
    {
        private const string Fields = "t.id AS Id, t.version AS Version, t.state AS State, t.organisation_id AS Place";
        private const string SelectOne = $"SELECT {Fields} FROM training_sessions t WHERE t.id = @id";
        private const string Count = "SELECT COUNT(*) FROM training_sessions";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM training_sessions t WHERE t.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'trainingSessions' AND s.resource_id = t.id)
            ORDER BY t.id LIMIT @n
            """;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListTrainingSessionsAsync(new ListTrainingSessionsRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.TrainingSessions.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetTrainingSessionAsync(new GetTrainingSessionRequest { Name = $"trainingSessions/{id}" }, headers).FoundAsync() is { } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(TrainingSession one) => Fact(one.Name, one.Etag, one.State, one.Organisation);
    }

    private sealed class Certificates(CertificateService.CertificateServiceClient client) : Compared("certificates")
    {
        private const string Fields = "c.id AS Id, c.version AS Version, c.state AS State, c.trainee_id AS Place";
        private const string SelectOne = $"SELECT {Fields} FROM certificates c WHERE c.id = @id";
        private const string Count = "SELECT COUNT(*) FROM certificates";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM certificates c WHERE c.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'certificates' AND s.resource_id = c.id)
            ORDER BY c.id LIMIT @n
            """;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListCertificatesAsync(new ListCertificatesRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.Certificates.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetCertificateAsync(new GetCertificateRequest { Name = $"certificates/{id}" }, headers).FoundAsync() is { } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(Certificate certificate) => Fact(certificate.Name, certificate.Etag, certificate.State, certificate.Trainee);
    }

    private sealed class Tickets(TicketService.TicketServiceClient client) : Compared("tickets")
    {
        private const string Fields = "t.id AS Id, t.version AS Version, t.state AS State, t.partner_id AS Place";
        private const string SelectOne = $"SELECT {Fields} FROM tickets t WHERE t.id = @id";
        private const string Count = "SELECT COUNT(*) FROM tickets";
        private const string SelectUnseen = $"""
            SELECT {Fields} FROM tickets t WHERE t.id > @after
              AND NOT EXISTS (SELECT 1 FROM projection_seen s WHERE s.comparison_id = @comparison AND s.kind = 'tickets' AND s.resource_id = t.id)
            ORDER BY t.id LIMIT @n
            """;

        public override async Task<(List<FactRow>, string)> PageAsync(string token, Metadata headers)
        {
            var page = await client.ListTicketsAsync(new ListTicketsRequest { PageSize = PageSize, PageToken = token }, headers);
            return ([.. page.Tickets.Select(FactOf)], page.NextPageToken);
        }

        public override async Task<FactRow?> TheirsAsync(string id, Metadata headers) =>
            await client.GetTicketAsync(new GetTicketRequest { Name = $"tickets/{id}" }, headers).FoundAsync() is { } found ? FactOf(found) : null;

        public override Task<FactRow?> OursAsync(Session session, string id) => session.FirstOrDefaultAsync<FactRow>(SelectOne, new { id });

        public override Task<long> CountAsync(Session session) => session.ScalarAsync<long>(Count);

        public override Task<List<FactRow>> UnseenAsync(Session session, string comparison, string after, int n) =>
            session.QueryAsync<FactRow>(SelectUnseen, new { comparison, after, n });

        private FactRow FactOf(Ticket ticket) => Fact(ticket.Name, ticket.Etag, ticket.State, ticket.Partner);
    }
}
