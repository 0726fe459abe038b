using Grpc.Core;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>Duplicates 重复客户 and their merging.</summary>
public sealed class DuplicateService(Db db) : V1.DuplicateService.DuplicateServiceBase
{
    private const int MostCandidates = 20;

    public override async Task<FindDuplicatesResponse> FindDuplicates(FindDuplicatesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Partner;
        var keys = DuplicateRules.Keys(asked.DisplayName, asked.Phone, asked.Address, asked.CityCode);
        // A colleague's client is a duplicate too: he learns that it is there and in what it agrees, no more.
        var found = await db.ReadAsync(s => DuplicateFinder.CandidatesAsync(s, caller.Scope with { Assignee = null }, Ids.Of(asked.Name, "partners"), keys, MostCandidates));
        var reply = new FindDuplicatesResponse();
        reply.Candidates.Add(found.Select(candidate => ToMessage(candidate, caller)));
        return reply;
    }

    public override async Task<ListDuplicatesResponse> ListDuplicates(ListDuplicatesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var organisationId = Ids.Of(request.Organisation, "organisations");
        var after = page.Key(SharedKeyRow.Read) ?? (Tier: DuplicateRules.NameTier, Term: "");
        return await db.ReadAsync(async s =>
        {
            var keys = await DuplicateStore.SharedAsync(s, caller.Scope, organisationId, after.Tier, after.Term, page.Fetch);
            var reply = new ListDuplicatesResponse { NextPageToken = page.Cut(keys, SharedKeyRow.KeyOf) };
            foreach (var key in keys)
                if (await DuplicateFinder.GroupAsync(s, caller.Scope, organisationId, key) is { } found)
                    reply.Groups.Add(ToMessage(key, found.Rows, found.Score, caller));
            return reply;
        });
    }

    public override Task<MarkDistinctResponse> MarkDistinct(MarkDistinctRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var first = await GetAsync(tx, request.First, caller);
            var second = await GetAsync(tx, request.Second, caller);
            await DuplicateStore.MarkDistinctAsync(tx, first.Id, second.Id);
            await tx.AuditAsync(caller, "partner.distinct", request.First, first.ScopePath, first.AssigneeId, new { From = request.Second });
            return new MarkDistinctResponse();
        }, context.CancellationToken);
    }

    public override Task<MergePartnersResponse> MergePartners(MergePartnersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return request.DryRun
            ? db.ReadAsync(async s =>
            {
                var (survivor, source) = await BothAsync(s, request, caller);
                var conflicts = MergeRules.Merge(survivor, source, request.TakeFromSource);
                return await ReplyAsync(s, survivor, source, conflicts, caller);
            })
            : db.WriteOnceAsync(context, request, request.RequestId, async tx =>
            {
                var (survivor, source) = await BothAsync(tx, request, caller);
                Etag.Check(request.Etag, survivor.Version, request.Name);
                var previousStage = survivor.Stage;
                var conflicts = MergeRules.Merge(survivor, source, request.TakeFromSource);
                var reply = await ReplyAsync(tx, survivor, source, conflicts, caller);
                await PartnerMerge.MergeAsync(tx, survivor, previousStage, source, caller, reply.Moved.Where(moved => moved.Count > 0).ToDictionary(moved => moved.Kind, moved => moved.Count));
                reply.Partner = Partners.PartnerService.ToMessage(survivor, caller);
                return reply;
            });
    }

    private static async Task<MergePartnersResponse> ReplyAsync(Session s, PartnerRow survivor, PartnerRow source, IEnumerable<FieldConflict> conflicts, Caller caller)
    {
        var reply = new MergePartnersResponse { Partner = Partners.PartnerService.ToMessage(survivor, caller) };
        reply.Conflicts.Add(conflicts);
        reply.Moved.Add((await MergeStore.CountAsync(s, source.Id)).Select(moved => new MovedRows { Kind = moved.Kind, Count = moved.Total }));
        return reply;
    }

    private static async Task<(PartnerRow Survivor, PartnerRow Source)> BothAsync(Session s, MergePartnersRequest request, Caller caller)
    {
        var survivor = await GetAsync(s, request.Name, caller);
        var source = await GetAsync(s, request.Source, caller);
        if (MergeRules.WhyNot(survivor, source, await MergeStore.HoldsCityAsync(s, survivor.Id) && await MergeStore.HoldsCityAsync(s, source.Id)) is { } refusal)
            throw refusal;
        return (survivor, source);
    }

    private static async Task<PartnerRow> GetAsync(Session s, string name, Caller caller) =>
        await PartnerStore.GetAsync(s, Ids.Of(name, "partners"), caller.Scope) ?? throw Errors.NotFound(name);

    private static DuplicateCandidate ToMessage(Candidate candidate, Caller caller)
    {
        var row = candidate.Row;
        var reply = new DuplicateCandidate
        {
            Partner = caller.Scope.Sees(row.ScopePath, row.AssigneeId) ? $"partners/{row.Id}" : "",
            DisplayName = row.Name,
            City = PartnerRules.CityName(row.CityCode),
            Score = candidate.Likeness.Score,
        };
        reply.Reasons.Add(candidate.Likeness.Reasons);
        return reply;
    }

    private static DuplicateGroup ToMessage(SharedKeyRow key, List<PartnerRow> rows, int score, Caller caller)
    {
        var reply = new DuplicateGroup
        {
            Reason = key.Tier switch { DuplicateRules.NameTier => DuplicateReason.Name, DuplicateRules.PhoneTier => DuplicateReason.Phone, _ => DuplicateReason.Address },
            Score = score,
        };
        reply.Partners.Add(rows.Select(row => Partners.PartnerService.ToMessage(row, caller)));
        return reply;
    }
}
