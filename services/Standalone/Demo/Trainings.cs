using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Standalone.Demo;

/// <summary>Trainings: each centre trains two of its shops today, the others' requests stand where requests can stand.</summary>
internal sealed class Trainings(DemoRun run, Market market)
{
    /// <summary>A training cannot be scheduled in the past: today's begin soon after.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Length = TimeSpan.FromHours(2);

    private static readonly (string Title, string Content, int Minutes)[] Courses =
    [
        ("车载终端安装与演示", "终端选位、接线、上电自检；向车主演示手机定位与防盗报警。", 120),
        ("销售话术与异议处理", "新车交付环节的推荐时机，常见异议的应答。", 90),
        ("服务平台操作", "开户、绑卡、续费与报修。", 60),
    ];

    private static readonly (int Effect, string Feedback, int[] Scores)[] Evaluations =
    [
        (5, "讲解清楚，技师当场独立完成两台安装。", [92, 88, 95]),
        (4, "内容实用，希望增加异议处理的练习。", [85, 78, 81]),
    ];

    private static readonly string[] Trainees = ["李师傅", "张师傅", "小陈"];

    private readonly List<Course> courses = [];

    public async Task TrainAsync()
    {
        await OfferAsync();
        await run.EachAsync(run.Shops.Where(shop => shop.Place < 2), shop => ScheduleAsync(shop, () => run.Clock.GetUtcNow() + Soon));
        await run.EachAsync(run.Shops.Where(shop => shop.Place is >= 2 and < 7), AskAsync);
        await run.EachAsync(run.Shops.Where(shop => shop.Place < 2), HoldAsync);
        // The first shop of each centre sells under its own steam.
        foreach (var shop in run.Shops.Where(shop => shop.Place == 0))
            await OperateAsync(shop);
    }

    private async Task OfferAsync()
    {
        foreach (var (title, content, minutes) in Courses)
            courses.Add(await run.Cast["hq.training"].As<CourseService.CourseServiceClient>().CreateCourseAsync(new CreateCourseRequest
            {
                RequestId = $"demo-{minutes}",
                Course = new Course { Title = title, Content = content, Minutes = minutes },
            }));
    }

    private Task AskAsync(Shop shop) => shop.Place switch
    {
        2 or 3 => ScheduleAsync(shop, () => ChinaTime.At(run.Today.AddDays(shop.Place), new TimeOnly(9, 30))),
        4 => RejectAsync(shop),
        _ => RequestAsync(shop),
    };

    private async Task HoldAsync(Shop shop)
    {
        var trainings = Trainer(shop);
        var training = await RequestAsync(shop);
        if (training.State == TrainingState.Scheduled)
        {
            await run.UntilAsync(() => Task.FromResult(run.Clock.GetUtcNow() > training.StartTime.ToDateTimeOffset()), "the training has begun");
            training = await trainings.HoldTrainingAsync(new HoldTrainingRequest
            {
                RequestId = $"demo-{shop.Key}",
                Name = training.Name,
                Trainees = { Trainees.Select(name => new Trainee { DisplayName = name, Position = "安装技师", Attended = true }), new Trainee { DisplayName = "小赵", Position = "销售顾问" } },
            });
        }
        var (effect, feedback, scores) = Evaluations[shop.Place];
        await trainings.EvaluateTrainingAsync(new EvaluateTrainingRequest { RequestId = $"demo-{shop.Key}", Name = training.Name, Effect = effect, Feedback = feedback, Scores = { scores } });
    }

    /// <summary>Unless an earlier run has done it.</summary>
    private async Task ScheduleAsync(Shop shop, Func<DateTimeOffset> when)
    {
        var training = await RequestAsync(shop);
        if (training.State != TrainingState.Requested)
            return;
        var start = when();
        await Trainer(shop).ScheduleTrainingAsync(new ScheduleTrainingRequest
        {
            RequestId = $"demo-{shop.Key}-{start.UtcTicks}",
            Name = training.Name,
            Lecturer = run.Cast[shop.Place % 2 == 0 ? $"{shop.Centre.Id}.training" : $"{shop.Centre.Id}.trainer"].Staff,
            StartTime = Timestamp.FromDateTimeOffset(start),
            EndTime = Timestamp.FromDateTimeOffset(start + Length),
        });
    }

    private async Task RejectAsync(Shop shop)
    {
        var training = await RequestAsync(shop);
        await Trainer(shop).RejectTrainingAsync(new RejectTrainingRequest { RequestId = $"demo-{shop.Key}", Name = training.Name, Reason = "申请时间与厂家培训冲突，请改期后重新申请。" });
    }

    /// <summary>The request as it stands, made now if it was not yet.</summary>
    private async Task<TrainingRequest> RequestAsync(Shop shop)
    {
        var trainings = run.Cast[shop.Salesperson].As<TrainingRequestService.TrainingRequestServiceClient>();
        var training = await trainings.CreateTrainingRequestAsync(new CreateTrainingRequestRequest
        {
            RequestId = $"demo-{shop.Key}",
            TrainingRequest = new TrainingRequest
            {
                Partner = shop.Partner,
                Course = courses[shop.Place % courses.Count].Name,
                ExpectedTrainees = Trainees.Length,
                WishTime = Timestamp.FromDateTimeOffset(ChinaTime.At(run.Day.AddDays(1 + shop.Place), new TimeOnly(9, 30))),
                Place = shop.Address,
                Contact = "李师傅",
                Phone = Company.Phone,
                Way = TrainingWay.Practice,
            },
        });
        // What an earlier run asked for is answered as it stood then.
        return await trainings.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = training.Name });
    }

    private async Task OperateAsync(Shop shop)
    {
        var partners = run.Cast[shop.Salesperson].As<PartnerService.PartnerServiceClient>();
        await run.UntilAsync(async () => (await partners.GetPartnerAsync(new GetPartnerRequest { Name = shop.Partner })).Stage is PartnerStage.Trained or PartnerStage.Operating,
            $"{shop.Name} is trained");
        await market.AdvanceAsync(shop.Salesperson, shop.Partner, PartnerStage.Operating, "");
    }

    private TrainingRequestService.TrainingRequestServiceClient Trainer(Shop shop) =>
        run.Cast[$"{shop.Centre.Id}.training"].As<TrainingRequestService.TrainingRequestServiceClient>();
}
