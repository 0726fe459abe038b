using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>Duplicates and merging over the running service.</summary>
public class DuplicateTests
{
    private Network network = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_likely_duplicate_is_offered_before_creating()
    {
        var own = await CreateAsync(network.Wang, "南京瑞通汽车销售有限公司", "025-52101111");
        await CreateAsync(network.Li, "瑞通汽车4S店", "52101111");
        var draft = new Partner { DisplayName = "瑞通专营店", Kind = PartnerKind.Terminal, CityCode = "3201", Phone = "（025）5210-1111" };
        var candidates = (await network.Wang.Duplicates.FindDuplicatesAsync(new FindDuplicatesRequest { Partner = draft })).Candidates;
        Assert.That(candidates.Select(c => (c.DisplayName, c.Partner, c.Score)), Is.EquivalentTo(new[] { (own.DisplayName, own.Name, 90), ("瑞通汽车4S店", "", 90) }), "a colleague's client is named, no more");
        Assert.That(candidates[0].Reasons, Is.EqualTo(new[] { DuplicateReason.Name, DuplicateReason.Phone }));
        Assert.That((await network.ZhejiangManager.Duplicates.FindDuplicatesAsync(new FindDuplicatesRequest { Partner = draft })).Candidates, Is.Empty);

        Assert.That(await Refused.Async(StatusCode.AlreadyExists, async () => await network.Wang.Partners.CreatePartnerAsync(new CreatePartnerRequest { Partner = draft, RefuseDuplicates = true })), Is.EqualTo(new[] { "LIKELY_DUPLICATE" }));
        Assert.That(async () => await network.Wang.Partners.CreatePartnerAsync(new CreatePartnerRequest { Partner = draft }), Throws.Nothing);
    }

    [Test]
    public async Task Groups_are_listed_until_they_are_marked_distinct()
    {
        var first = await CreateAsync(network.Manager, "扬州恒信汽车", "0514-87001111", "3210");
        var second = await CreateAsync(network.Manager, "恒信汽车销售有限公司", "", "3210");
        await Eventually.Async(async () => (await GroupsAsync(network.Manager)).Any(g => g.Partners.Select(p => p.Name).Order().SequenceEqual(new[] { first.Name, second.Name }.Order())), TimeSpan.FromSeconds(60), "the two are a group");
        Assert.That(await GroupsAsync(network.ZhejiangManager), Is.Empty);
        await network.Manager.Duplicates.MarkDistinctAsync(new MarkDistinctRequest { First = second.Name, Second = first.Name });
        Assert.That((await GroupsAsync(network.Manager)).SelectMany(g => g.Partners).Select(p => p.Name), Does.Not.Contain(first.Name));
        var candidates = (await network.Manager.Duplicates.FindDuplicatesAsync(new FindDuplicatesRequest { Partner = first })).Candidates;
        Assert.That(candidates.Select(c => c.Partner), Does.Not.Contain(second.Name));
    }

    [Test]
    public async Task A_merge_moves_everything_and_leads_to_the_survivor()
    {
        var survivor = await CreateAsync(network.Wang, "合并留存店", "", "3202");
        var source = await CreateAsync(network.Wang, "合并消失店", "13811110000", "3202");
        var visit = await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = source.Name, Kind = VisitKind.Phone, PlannedDate = Today() } });
        await network.Wang.Files.CreateContactAsync(new CreateContactRequest { Contact = new Contact { Partner = source.Name, DisplayName = "丁", Primary = true } });
        await network.Wang.Files.AddRecordAsync(new AddRecordRequest { Record = new ClientRecord { Partner = source.Name, Kind = RecordKind.Communication, OccurDate = "2026-01-01", Content = "谈过" } });
        await network.Manager.Files.GradeCreditAsync(new GradeCreditRequest { Name = source.Name, Grade = CreditGrade.A, Reason = "好" });
        await network.Wang.Visits.ReportVisitAsync(new ReportVisitRequest
        {
            Name = visit.Name,
            Report = new VisitReport { Contact = "丁", TalkTime = Timestamp.FromDateTimeOffset(network.Service.Clock.GetUtcNow()), Content = "再谈", NextVisitDate = Today(7) },
        });

        var request = new MergePartnersRequest { Name = survivor.Name, Source = source.Name, DryRun = true };
        var preview = await network.Manager.Duplicates.MergePartnersAsync(request);
        Assert.That(preview.Conflicts.Select(c => c.Field), Does.Contain("phone"));
        Assert.That(preview.Moved.ToDictionary(m => m.Kind, m => m.Count), Is.SupersetOf(new Dictionary<string, long> { ["visits"] = 1, ["visit_reminders"] = 1, ["contacts"] = 1, ["client_records"] = 1, ["credit_gradings"] = 1 }));
        Assert.That((await network.Wang.GetAsync(source)).MergedInto, Is.Empty, "a dry run changes nothing");

        request.DryRun = false;
        request.RequestId = "merge-1";
        var merged = await network.Manager.Duplicates.MergePartnersAsync(request);
        Assert.That(await network.Manager.Duplicates.MergePartnersAsync(request), Is.EqualTo(merged), "the stored reply");
        Assert.That(merged.Partner.Phone, Is.EqualTo("13811110000"));
        var file = await network.Wang.Files.GetClientFileAsync(new GetClientFileRequest { Name = survivor.Name });
        Assert.That((file.VisitCount, file.ContactCount, file.Records[1].Count, file.Credit.Grade, file.LatestVisit.Name), Is.EqualTo((1L, 1L, 1L, CreditGrade.A, visit.Name)));

        Assert.That((await network.Wang.GetAsync(source)).MergedInto, Is.EqualTo(survivor.Name));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => network.Wang.AdvanceAsync(source, PartnerStage.Target)), Is.EqualTo(new[] { "PARTNER_MERGED" }));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = source.Name, Kind = VisitKind.Phone, PlannedDate = Today() } })), Is.EqualTo(new[] { "PARTNER_MERGED" }));
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Manager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = survivor.Name, Source = source.Name })), Is.EqualTo(new[] { "PARTNER_MERGED" }));
        foreach (var query in new[] { "", "合并消失店" })
            Assert.That((await network.Wang.Partners.ListPartnersAsync(new ListPartnersRequest { Query = query, PageSize = 1000 })).Partners.Select(p => p.Name), Does.Not.Contain(source.Name));
        var told = (await network.Service.PublishedAsync<PartnerMerged>()).Single(e => $"partners/{e.AggregateId}" == source.Name);
        Assert.That($"partners/{told.SurvivorId}", Is.EqualTo(survivor.Name));
    }

    [Test]
    public async Task A_salesperson_does_not_merge_and_nobody_merges_what_he_does_not_see()
    {
        var (mine, other) = (await CreateAsync(network.Wang, "谁的店一", ""), await CreateAsync(network.Li, "谁的店二", ""));
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = mine.Name, Source = other.Name }));
        await Refused.Async(StatusCode.NotFound, async () => await network.ZhejiangManager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = mine.Name, Source = other.Name }));
    }

    [Test]
    public async Task Shops_below_a_merged_agent_go_below_the_survivor()
    {
        var (survivor, source) = (await network.Manager.AgentAsync("代理甲", "3204"), await network.Manager.AgentAsync("代理乙", "3204"));
        var shop = await network.Manager.ShopAsync("代理乙的店", "3204", source.Name);
        await network.Manager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = survivor.Name, Source = source.Name });
        var moved = await network.Manager.GetAsync(shop);
        Assert.That((moved.Parent, moved.ScopePath), Is.EqualTo((survivor.Name, $"{survivor.ScopePath}{shop.Name["partners/".Length..]}/")));
        // A signing that was on its way to the merged agent is the survivor's.
        await network.Service.HearAsync(new AgreementSigned
        {
            AggregateId = "late",
            Version = 1,
            ScopePath = source.ScopePath,
            Number = "QD-1",
            Kind = "city-agent",
            PartnerId = source.Name["partners/".Length..],
            OrganisationId = "js",
            PartyA = "甲",
            PartyB = "乙",
            SignedDate = new(2026, 11, 1),
            EffectiveFrom = new(2026, 11, 1),
            EffectiveTo = new(2027, 11, 1),
        });
        Assert.That((await network.Manager.GetAsync(survivor)).Stage, Is.EqualTo(PartnerStage.Signed));
    }

    /// <summary>Visits are registered for both while one is merged into the other: each that was acknowledged is the survivor's in the end.</summary>
    [Test]
    public async Task Nothing_acknowledged_during_a_merge_is_lost()
    {
        var (survivor, source) = (await CreateAsync(network.Wang, "并发留存", "", "3206"), await CreateAsync(network.Wang, "并发消失", "", "3206"));
        var acknowledged = 0;
        var visits = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            try
            {
                await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = (i % 2 == 0 ? source : survivor).Name, Kind = VisitKind.Phone, PlannedDate = Today() } });
                Interlocked.Increment(ref acknowledged);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
            {
                // Refused: it was merged already.
            }
        })).ToList();
        var merge = Task.Run(async () => await network.Manager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = survivor.Name, Source = source.Name }));
        await Task.WhenAll(visits.Append(merge));
        Assert.That(acknowledged, Is.GreaterThanOrEqualTo(30));
        await Eventually.Async(async () => (await network.Wang.Files.GetClientFileAsync(new GetClientFileRequest { Name = survivor.Name })).VisitCount == acknowledged, TimeSpan.FromSeconds(60), "all visits are the survivor's");
    }

    /// <summary>What is written for a merged partner behind everybody's back, as a racing transaction of another instance may, is moved by the watch.</summary>
    [Test]
    public async Task What_was_written_at_the_same_moment_is_moved_later()
    {
        var (survivor, source) = (await CreateAsync(network.Wang, "稍后留存", "", "3207"), await CreateAsync(network.Wang, "稍后消失", "", "3207"));
        var visit = await network.Wang.Visits.PlanVisitAsync(new PlanVisitRequest { Visit = new Visit { Partner = survivor.Name, Kind = VisitKind.Phone, PlannedDate = Today() } });
        await network.Manager.Duplicates.MergePartnersAsync(new MergePartnersRequest { Name = survivor.Name, Source = source.Name });
        await network.Service.Db.WriteAsync(tx => tx.ExecuteAsync("UPDATE visits SET partner_id = @to WHERE id = @id", new { to = source.Name["partners/".Length..], id = visit.Name["visits/".Length..] }));
        await Eventually.Async(async () => (await network.Wang.Visits.GetVisitAsync(new GetVisitRequest { Name = visit.Name })).Partner == survivor.Name, TimeSpan.FromSeconds(60), "the watch has moved it");
    }

    /// <summary>The real survey: among its 484 shops are some that share a name's core or a telephone, and every group shares what it is said to.</summary>
    [Test]
    public async Task The_real_survey_has_groups_that_share_what_they_are_said_to()
    {
        await using var other = await Network.StartAsync();
        await SurveyTests.ImportAsync(other.Marketing, SurveyTests.RealFile("market-survey.xlsx"));
        await Eventually.Async(async () => await other.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM partners WHERE terms_version = 0")) == 0, TimeSpan.FromSeconds(120), "all are indexed");
        var groups = await GroupsAsync(other.Marketing);
        foreach (var group in groups)
        {
            var keys = group.Partners.Select(p => DuplicateRules.Keys(p.DisplayName, p.Phone, p.Address, p.CityCode)).ToList();
            Assert.That(group.Partners, Has.Count.GreaterThan(1));
            Assert.That(keys.Skip(1).Select(k => DuplicateRules.Compare(keys[0], k).Reasons), Has.All.Contains(group.Reason), string.Join(" / ", group.Partners.Select(p => p.DisplayName)));
        }
        var pairs = groups.Select(group => string.Join(" / ", group.Partners.Select(p => p.DisplayName).Order(StringComparer.Ordinal)));
        Assert.That(pairs, Is.SupersetOf(new[] { "南京福联汽车贸易有限公司 / 江苏福联汽车贸易有限公司", "苏州南福汽车销售服务有限公司 / 苏州新佳汽车销售服务有限公司" }));
    }

    private static async Task<List<DuplicateGroup>> GroupsAsync(Acting caller)
    {
        var groups = new List<DuplicateGroup>();
        var request = new ListDuplicatesRequest { PageSize = 5 };
        do
        {
            var page = await caller.Duplicates.ListDuplicatesAsync(request);
            groups.AddRange(page.Groups);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return groups;
    }

    private string Today(int days = 0) => Qudao.Platform.ChinaTime.DateOf(network.Service.Db.Clock.GetUtcNow()).AddDays(days).ToString("yyyy-MM-dd");

    private static async Task<Partner> CreateAsync(Acting caller, string name, string phone, string city = "3201") =>
        await caller.Partners.CreatePartnerAsync(new CreatePartnerRequest { Partner = new Partner { DisplayName = name, Kind = PartnerKind.Terminal, CityCode = city, Phone = phone } });
}
