using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.Training.Tests;

/// <summary>The service over real sockets and a real database; Dealer and Contract are stood in for by small gRPC servers.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class TrainingTests(DatabaseUnderTest database)
{
    private const string SignedShop = "partners/shop";
    private const string UnsignedShop = "partners/newshop";
    private ServiceUnderTest service = null!;
    private FakeService network = null!;
    private string trainer = "";

    [SetUp]
    public async Task StartAsync()
    {
        network = await FakeNetwork.StartAsync();
        service = await ServiceUnderTest.StartAsync(new TrainingModule(), new ServiceOptions
        {
            Database = database,
            Downstream = new Dictionary<string, string> { ["Dealer"] = network.Address, ["Contract"] = network.Address },
        });
        trainer = service.TokenFor("training-manager", "/hq/js/", "trainer1");
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (service is not null)
            await service.DisposeAsync();
        await network.DisposeAsync();
    }

    [Test]
    public async Task A_request_is_scheduled_held_evaluated_and_makes_the_partner_trained()
    {
        var request = await AskAsync(SignedShop);
        var start = service.Clock.GetUtcNow().AddHours(2);
        var scheduled = await ScheduleAsync(request, "staff/trainer1", "南京培训室", start);
        Assert.That(scheduled.State, Is.EqualTo(TrainingState.Scheduled));

        await service.MoveClockAsync(start.AddHours(3));
        var held = await Requests().HoldTrainingAsync(new HoldTrainingRequest
        {
            Name = request.Name,
            Trainees = { new Trainee { DisplayName = "李雷", Attended = true }, new Trainee { DisplayName = "韩梅梅", Attended = false } },
        });
        Assert.That(held.Trainees.Select(t => t.Attended), Is.EqualTo(new[] { true, false }));

        var evaluated = await Requests().EvaluateTrainingAsync(new EvaluateTrainingRequest { Name = request.Name, Effect = 4, Feedback = "很实用", Scores = { 92 } });
        Assert.That(evaluated.Trainees[0].Score, Is.EqualTo(92));
        Assert.That((await Requests().FileTrainingAsync(new FileTrainingRequest { Name = request.Name })).State, Is.EqualTo(TrainingState.Filed));

        var completed = (await service.PublishedAsync<TrainingCompleted>()).Single();
        Assert.That((completed.PartnerId, completed.Attended, completed.Effect), Is.EqualTo(("shop", 1, 4)));
    }

    /// <summary>附件三: every cell of the file beside the expected sheet.</summary>
    [Test]
    public async Task The_request_is_the_manuals_form_and_its_phone_masked_for_who_need_not_call()
    {
        var request = await AskAsync(SignedShop);
        var wish = request.WishTime.ToDateTimeOffset();
        var sheet = await FormAsync(trainer, request.Name);
        var masked = await FormAsync(service.TokenFor("legal", "/hq/js/", "l1"), request.Name, expected: StatusCode.PermissionDenied);
        var seen = await FormAsync(service.TokenFor("hq-office", "/hq/", "o1"), request.Name);
        var foreign = await FormAsync(service.TokenFor("training-manager", "/hq/zj/", "t9"), request.Name, expected: StatusCode.NotFound);

        Assert.That(sheet, Is.EqualTo(new[]
        {
            "培训申请表", $"申请日期：{ChinaTime.Today(service.Clock):yyyy-MM-dd}", "项目|内容", "申请机构|江苏销售服务中心", "申请人|trainer1", "4S店/市代名称|南京协众",
            "培训内容|车载终端安装与演示", "预计参训人数|5", $"申请培训时间|{wish.ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm:ss}", "培训地点|南京市江宁区天元东路1号", "4S店培训联络人|李雷",
            "联络电话|025-52123456", "培训负责人签字：                    日期：",
        }));
        Assert.That(seen.Single(line => line.StartsWith("联络电话", StringComparison.Ordinal)), Does.Contain("*").And.Not.Contain("52123456"));
        Assert.That((masked, foreign), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
    }

    private async Task<string[]> FormAsync(string token, string name, StatusCode expected = StatusCode.OK)
    {
        using var file = new MemoryStream();
        try
        {
            await foreach (var piece in new TrainingRequestService.TrainingRequestServiceClient(service.Grpc(token)).ExportTrainingRequest(new ExportTrainingRequestRequest { Name = name }).ResponseStream.ReadAllAsync())
                piece.Data.WriteTo(file);
        }
        catch (RpcException e) when (e.StatusCode == expected)
        {
            return [];
        }
        Assert.That(expected, Is.EqualTo(StatusCode.OK), "it is refused");
        return [.. Sheet.Read(file.ToArray()).Single().Rows.Select(row => string.Join('|', row.Cells).TrimEnd('|'))];
    }

    [Test]
    public async Task A_lecturer_who_leaves_leaves_his_trainings_to_be_scheduled_anew()
    {
        var request = await AskAsync(SignedShop);
        var start = service.Clock.GetUtcNow().AddDays(2);
        await ScheduleAsync(request, "staff/trainer1", "南京培训室", start);
        await service.HearAsync(new StaffChanged { AggregateId = "trainer1", Version = 2, ScopePath = "/hq/js/", Name = "讲师", OrganisationId = "js", Roles = ["trainer"], Active = false });
        var waiting = await Requests().GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = request.Name });
        Assert.That((waiting.State, waiting.Lecturer, waiting.StartTime), Is.EqualTo((TrainingState.Requested, "", (Timestamp?)null)));
        Assert.That(waiting.Reason, Does.Contain("已离职"));
        Assert.That((await service.PublishedAsync<TrainingRequestChanged>())[^1].State, Is.EqualTo("requested"));
        Assert.That((await ScheduleAsync(request, "staff/trainer2", "南京培训室", start)).State, Is.EqualTo(TrainingState.Scheduled), "the room is free again");
    }

    [Test]
    public async Task A_partner_without_an_agreement_is_told_why_and_nothing_is_stored()
    {
        var refused = Assert.ThrowsAsync<RpcException>(() => AskAsync(UnsignedShop))!;
        Assert.That(refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason, Is.EqualTo("PARTNER_NOT_SIGNED"));
        Assert.That(refused.Status.Detail, Does.Contain("没有有效协议"));
        Assert.That((await Requests().ListTrainingRequestsAsync(new ListTrainingRequestsRequest())).TrainingRequests, Is.Empty);
    }

    [Test]
    public async Task Of_sixteen_at_once_for_one_lecturer_and_hour_one_is_booked()
    {
        var start = service.Clock.GetUtcNow().AddDays(1);
        var requests = new List<TrainingRequest>();
        for (var i = 0; i < 16; i++)
            requests.Add(await AskAsync(SignedShop));
        var outcomes = await Task.WhenAll(requests.Select((request, i) => OutcomeAsync(ScheduleAsync(request, "staff/trainer1", $"教室{i}", start))));
        Assert.That(outcomes.Count(o => o == "OK"), Is.EqualTo(1));
        Assert.That(outcomes.Count(o => o == "DOUBLE_BOOKED"), Is.EqualTo(15));
    }

    [Test]
    public async Task A_cancelled_training_frees_lecturer_and_place()
    {
        var start = service.Clock.GetUtcNow().AddDays(1);
        var first = await ScheduleAsync(await AskAsync(SignedShop), "staff/trainer1", "南京培训室", start);
        await Requests().CancelTrainingAsync(new CancelTrainingRequest { Name = first.Name, Reason = "门店临时停业" });
        var second = await ScheduleAsync(await AskAsync(SignedShop), "staff/trainer1", "南京培训室", start);
        Assert.That(second.State, Is.EqualTo(TrainingState.Scheduled));
    }

    [Test]
    public async Task A_terminated_agreement_cancels_what_is_not_held_yet_and_frees_its_booking()
    {
        var start = service.Clock.GetUtcNow().AddDays(1);
        var asked = await AskAsync(SignedShop);
        var scheduled = await ScheduleAsync(await AskAsync(SignedShop), "staff/trainer1", "南京培训室", start);
        var rejected = await Requests().RejectTrainingAsync(new RejectTrainingRequest { Name = (await AskAsync(SignedShop)).Name, Reason = "重复" });
        await service.HearAsync(new AgreementTerminated
        {
            AggregateId = "a1",
            Version = 9,
            ScopePath = "/hq/js/shop/",
            Number = "JS-001",
            Kind = "terminal",
            PartnerId = "shop",
            OrganisationId = "js",
            Reason = "窜货",
        });

        foreach (var name in new[] { asked.Name, scheduled.Name })
        {
            var now = await Requests().GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = name });
            Assert.That((now.State, now.Reason), Is.EqualTo((TrainingState.Cancelled, "协议 JS-001 已终止：窜货")));
        }
        Assert.That(await Requests().GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = rejected.Name }), Is.EqualTo(rejected));
        Assert.That((await ScheduleAsync(await AskAsync(SignedShop), "staff/trainer1", "南京培训室", start)).State, Is.EqualTo(TrainingState.Scheduled));
    }

    [Test]
    public async Task Another_centre_sees_nothing()
    {
        var request = await AskAsync(SignedShop);
        var foreign = new TrainingRequestService.TrainingRequestServiceClient(service.Grpc(service.TokenFor("training-manager", "/hq/zj/", "t2")));
        Assert.That((await foreign.ListTrainingRequestsAsync(new ListTrainingRequestsRequest())).TrainingRequests, Is.Empty);
        var refused = Assert.ThrowsAsync<RpcException>(async () => await foreign.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = request.Name }))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_moved_partner_takes_its_requests_along()
    {
        var request = await AskAsync(SignedShop);
        await service.HearAsync(new PartnerChanged
        {
            AggregateId = "shop",
            Version = 2,
            ScopePath = "/hq/zj/shop/",
            Name = "改名后的门店",
            Kind = "terminal",
            Stage = "signed",
            PreviousStage = "signed",
            ProvinceCode = "33",
            CityCode = "3301",
            OrganisationId = "zj",
        });
        await service.HearAsync(new PartnerChanged
        {
            AggregateId = "shop",
            Version = 1,
            ScopePath = "/hq/js/shop/",
            Name = "旧名",
            Kind = "terminal",
            Stage = "signed",
            PreviousStage = "signed",
            ProvinceCode = "32",
            CityCode = "3201",
            OrganisationId = "js",
        });
        var there = new TrainingRequestService.TrainingRequestServiceClient(service.Grpc(service.TokenFor("training-manager", "/hq/zj/", "t2")));
        Assert.That((await there.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = request.Name })).PartnerDisplayName, Is.EqualTo("改名后的门店"));
    }

    [Test]
    public async Task A_merged_partners_requests_are_the_survivors_also_those_of_the_same_moment()
    {
        var before = await AskAsync(SignedShop);
        await service.HearAsync(new PartnerMerged
        {
            AggregateId = "shop",
            Version = 9,
            ScopePath = "/hq/js/other/",
            SurvivorId = "other",
            SurvivorName = "留存的门店",
            SurvivorVersion = 3,
        });
        var over = await Requests().GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = before.Name });
        Assert.That((over.Partner, over.PartnerDisplayName), Is.EqualTo(("partners/other", "留存的门店")));
        var meanwhile = await AskAsync(SignedShop);
        await Eventually.Async(async () => (await Requests().GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = meanwhile.Name })).Partner == "partners/other",
            TimeSpan.FromSeconds(60), "the watch has moved it");
    }

    [Test]
    public async Task A_centre_that_moves_takes_its_requests_along_and_what_is_told_late_goes_there_too()
    {
        var request = await AskAsync(SignedShop);
        await service.HearAsync(new OrganisationChanged { AggregateId = "js", Version = 2, ScopePath = "/hq/east/js/", PreviousScopePath = "/hq/js/", Code = "js", Name = "江苏", Kind = "centre" });
        await service.HearAsync(new PartnerChanged
        {
            AggregateId = "shop",
            Version = 2,
            ScopePath = "/hq/js/shop/",
            Name = "搬迁前改名",
            Kind = "terminal",
            Stage = "signed",
            PreviousStage = "signed",
            ProvinceCode = "32",
            CityCode = "3201",
            OrganisationId = "js",
        });
        var asked = await AskAsync(SignedShop);
        var there = new TrainingRequestService.TrainingRequestServiceClient(service.Grpc(service.TokenFor("training-manager", "/hq/east/", "t2")));
        var listed = (await there.ListTrainingRequestsAsync(new ListTrainingRequestsRequest())).TrainingRequests;
        Assert.That(listed.Select(r => r.Name), Is.EqualTo(new[] { request.Name, asked.Name }));
        Assert.That(listed[0].PartnerDisplayName, Is.EqualTo("搬迁前改名"));
    }

    private TrainingRequestService.TrainingRequestServiceClient Requests() => new(service.Grpc(trainer));

    private async Task<TrainingRequest> AskAsync(string partner)
    {
        var courses = new CourseService.CourseServiceClient(service.Grpc(trainer));
        var known = await courses.ListCoursesAsync(new ListCoursesRequest());
        var course = known.Courses.FirstOrDefault()
            ?? await courses.CreateCourseAsync(new CreateCourseRequest { Course = new Course { Title = "车载终端安装与演示", Minutes = 120 } });
        return await Requests().CreateTrainingRequestAsync(new CreateTrainingRequestRequest
        {
            TrainingRequest = new TrainingRequest
            {
                Partner = partner,
                Course = course.Name,
                ExpectedTrainees = 5,
                WishTime = Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow().AddDays(3)),
                Place = "南京市江宁区天元东路1号",
                Contact = "李雷",
                Phone = "025-52123456",
                Way = TrainingWay.Practice,
            },
        });
    }

    private async Task<TrainingRequest> ScheduleAsync(TrainingRequest request, string lecturer, string place, DateTimeOffset start) =>
        await Requests().ScheduleTrainingAsync(new ScheduleTrainingRequest
        {
            Name = request.Name,
            Lecturer = lecturer,
            Place = place,
            StartTime = Timestamp.FromDateTimeOffset(start),
            EndTime = Timestamp.FromDateTimeOffset(start.AddHours(2)),
        });

    private static async Task<string> OutcomeAsync(Task<TrainingRequest> call)
    {
        try
        {
            await call;
            return "OK";
        }
        catch (RpcException e)
        {
            return e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason;
        }
    }
}
