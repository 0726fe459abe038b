using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Contract.Delegations;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>What waits for the caller 待审.</summary>
public sealed class ReviewService(Db db) : V1.ReviewService.ReviewServiceBase
{
    public override async Task<ListReviewsResponse> ListReviews(ListReviewsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var today = ChinaTime.Today(db.Clock);
        var found = await db.ReadAsync(s => WaitingAsync(s, caller, today, page));
        var next = page.Cut(found, one => one.Row.Key);
        return new ListReviewsResponse { Reviews = { found.Select(one => ToMessage(one.Row, one.As)) }, NextPageToken = next };
    }

    /// <summary>One index walk for each role of each person the caller may act as; whatever he reaches twice is shown once.</summary>
    private static async Task<List<(ReviewRow Row, Acting As)>> WaitingAsync(Session session, Caller caller, DateOnly today, Page page)
    {
        var all = new List<(ReviewRow Row, Acting As)>();
        var actings = await DelegationStore.ActingsAsync(session, caller, today);
        foreach (var acting in actings)
            foreach (var role in acting.Roles)
                all.AddRange(from row in await UnwrittenAsync(session, role, acting, caller, page) select (row, acting));
        return [.. all.DistinctBy(one => one.Row.Key).OrderBy(one => one.Row.Key, StringComparer.Ordinal).Take(page.Fetch)];
    }

    /// <summary>Reads on until a page is full of what neither of them drafted, or nothing is left.</summary>
    private static async Task<List<ReviewRow>> UnwrittenAsync(Session session, string role, Acting acting, Caller caller, Page page)
    {
        var kept = new List<ReviewRow>();
        for (var after = page.Key(Page.NumberAndId) ?? (-1, ""); ;)
        {
            var rows = await ReviewStore.PageAsync(session, role, acting.Scope, after, page.Fetch);
            kept.AddRange(rows.Where(row => !WrittenBy(row, acting.Actor) && !WrittenBy(row, AgreementRow.Actor(caller))));
            if (rows.Count < page.Fetch || kept.Count >= page.Fetch)
                return kept;
            after = (rows[^1].SinceUs, rows[^1].Id);
        }
    }

    private static bool WrittenBy(ReviewRow row, string actor) =>
        JsonSerializer.Deserialize<List<Author>>(row.AuthorsJson, EventJson.Options)!.Exists(author => author.Actor == actor);

    private static Review ToMessage(ReviewRow row, Acting acting)
    {
        var message = new Review
        {
            Agreement = $"agreements/{row.AgreementId}",
            Kind = Codes.To<AgreementKind>(row.Kind),
            Subject = row.Subject,
            Partner = $"partners/{row.PartnerId}",
            PartnerName = row.PartnerName,
            Major = row.Major,
            Deviating = row.Deviations.Length > 0,
            DrafterName = row.DrafterName,
            Step = (int)row.Step,
            Role = row.Role,
            Awaits = row.Awaits,
            OnBehalfOf = acting.Delegated ? acting.Actor : "",
            OnBehalfOfName = acting.Delegated ? acting.Name : "",
            SinceTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.SinceUs)),
            DueTime = row.DueUs is { } due ? Timestamp.FromDateTimeOffset(Clock.FromMicros(due)) : null,
            Overdue = row.Overdue,
        };
        if (row.AmountFen is { } amount)
            message.AmountFen = amount;
        return message;
    }
}
