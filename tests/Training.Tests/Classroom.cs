using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.Training.Tests;

/// <summary>The service with a network around it, a course, and a Monday morning to plan for.</summary>
internal sealed class Classroom : IAsyncDisposable
{
    public const string Shop = "partners/shop";
    public const string Shop2 = "partners/shop2";

    private readonly FakeService network;

    private Classroom(FakeService network, ServiceUnderTest service)
    {
        (this.network, Service) = (network, service);
        Trainer = service.TokenFor("training-manager", "/hq/js/", "trainer1", "讲师王");
    }

    public ServiceUnderTest Service { get; }

    /// <summary>The training manager of Jiangsu.</summary>
    public string Trainer { get; }

    public Course Course { get; private set; } = new();

    /// <summary>A working Monday at nine, weeks ahead of the clock.</summary>
    public static DateTimeOffset Monday { get; } = ChinaTime.At(new DateOnly(2027, 3, 8), new TimeOnly(9, 0));

    public LecturerService.LecturerServiceClient Lecturers => new(Service.Grpc(Trainer));

    public RoomService.RoomServiceClient Rooms => new(Service.Grpc(Trainer));

    public CourseService.CourseServiceClient Courses => new(Service.Grpc(Trainer));

    public TrainingRequestService.TrainingRequestServiceClient Requests => new(Service.Grpc(Trainer));

    public TrainingSessionService.TrainingSessionServiceClient Sessions => new(Service.Grpc(Trainer));

    public EnrolmentService.EnrolmentServiceClient Enrolments => new(Service.Grpc(Trainer));

    public CertificateService.CertificateServiceClient Certificates => new(Service.Grpc(Trainer));

    public TrainingEvaluationService.TrainingEvaluationServiceClient Evaluations => new(Service.Grpc(Trainer));

    public QuestionService.QuestionServiceClient Questions => new(Service.Grpc(Trainer));

    public ExamService.ExamServiceClient Exams => new(Service.Grpc(Trainer));

    public TrainingPlanService.TrainingPlanServiceClient Plans => new(Service.Grpc(Trainer));

    public GrowthFileService.GrowthFileServiceClient Files => new(Service.Grpc(Trainer));

    public CalendarFeedService.CalendarFeedServiceClient Feeds => new(Service.Grpc(Trainer));

    public static async Task<Classroom> OpenAsync(DatabaseUnderTest database, Dictionary<string, string?>? settings = null)
    {
        var network = await FakeNetwork.StartAsync();
        var service = await ServiceUnderTest.StartAsync(new TrainingModule(), new ServiceOptions
        {
            Database = database,
            Downstream = new Dictionary<string, string> { ["Dealer"] = network.Address, ["Contract"] = network.Address },
            Settings = settings ?? [],
        });
        var room = new Classroom(network, service);
        await service.MoveClockAsync(Monday.AddDays(-21));
        room.Course = await room.Courses.CreateCourseAsync(new CreateCourseRequest { Course = new Course { Title = "车载终端安装与演示", Minutes = 120, PassScore = 60, ValidityMonths = 12 } });
        return room;
    }

    public TrainingSession Draft(DateTimeOffset start, string lecturer = "staff/trainer1", string place = "南京培训室") => new()
    {
        Course = Course.Name,
        Way = TrainingWay.Internal,
        Lecturer = lecturer,
        Place = place,
        StartTime = At(start),
        EndTime = At(start.AddHours(2)),
        Capacity = 20,
    };

    public async Task<TrainingSession> ScheduleAsync(TrainingSession session) =>
        await Sessions.CreateTrainingSessionAsync(new CreateTrainingSessionRequest { TrainingSession = session });

    public async Task<Enrolment> EnrolAsync(TrainingSession session, string name, string phone = "", string partner = Shop) =>
        await Enrolments.CreateEnrolmentAsync(new CreateEnrolmentRequest
        {
            Enrolment = new Enrolment { TrainingSession = session.Name, DisplayName = name, Phone = phone, Position = "技师", Partner = partner },
        });

    public async Task MarkAsync(TrainingSession session, params (Enrolment Enrolment, Attendance Attendance)[] marks) =>
        await Enrolments.RecordAttendanceAsync(new RecordAttendanceRequest
        {
            TrainingSession = session.Name,
            Marks = { marks.Select(mark => new AttendanceMark { Enrolment = mark.Enrolment.Name, Attendance = mark.Attendance }) },
        });

    /// <summary>A session with these people that was held, all of them there.</summary>
    public async Task<(TrainingSession Session, List<Enrolment> People)> HeldAsync(DateTimeOffset start, params (string Name, string Phone, string Partner)[] people)
    {
        var session = await ScheduleAsync(Draft(start));
        var enrolled = new List<Enrolment>();
        foreach (var (name, phone, partner) in people)
            enrolled.Add(await EnrolAsync(session, name, phone, partner));
        await Service.MoveClockAsync(start.AddHours(3));
        await MarkAsync(session, [.. enrolled.Select(e => (e, Attendance.Attended))]);
        return (await Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name }), enrolled);
    }

    public async Task ScoreAsync(TrainingSession session, params (Enrolment Enrolment, int Score)[] scores) =>
        await Enrolments.RecordScoresAsync(new RecordScoresRequest
        {
            TrainingSession = session.Name,
            Scores = { scores.Select(score => new ScoreMark { Enrolment = score.Enrolment.Name, Score = score.Score }) },
        });

    public async Task<IssueCertificatesResponse> IssueAsync(TrainingSession session) =>
        await Certificates.IssueCertificatesAsync(new IssueCertificatesRequest { TrainingSession = session.Name });

    public async Task<TrainingRequest> AskAsync(string partner, int people = 5) => await Requests.CreateTrainingRequestAsync(new CreateTrainingRequestRequest
    {
        TrainingRequest = new TrainingRequest
        {
            Partner = partner,
            Course = Course.Name,
            ExpectedTrainees = people,
            WishTime = At(Monday),
            Place = "南京市江宁区天元东路1号",
            Contact = "李雷",
            Phone = "13851234567",
            Way = TrainingWay.Practice,
        },
    });

    public static Timestamp At(DateTimeOffset time) => Timestamp.FromDateTimeOffset(time);

    /// <summary>OK, or the reason of the refusal.</summary>
    public static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "OK";
        }
        catch (RpcException e)
        {
            return ReasonOf(e);
        }
    }

    public static string ReasonOf(RpcException e) => e.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? e.Status.ToString();

    /// <summary>The fields at fault.</summary>
    public static IEnumerable<string> FieldsOf(RpcException e) => e.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(v => v.Field);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await network.DisposeAsync();
    }
}
