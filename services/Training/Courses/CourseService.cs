using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Courses;

/// <summary>Courses 课程: one catalogue for the whole network.</summary>
public sealed class CourseService(Db db) : V1.CourseService.CourseServiceBase
{
    public static readonly IReadOnlyList<string> Changeable = ["title", "content", "minutes", "pass_score", "validity_months", "retired"];

    private const string WholeTree = "/hq/";

    public override Task<Course> CreateCourse(CreateCourseRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new CourseRow { Id = tx.NewId(), Version = 1, CreatedUs = tx.NowMicros };
            await FillAsync(tx, row, request.Course);
            await CourseStore.InsertAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "course.create", Name(row.Id), WholeTree, null, new { row.Title });
            return ToMessage(row);
        });

    public override async Task<Course> GetCourse(GetCourseRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => CourseStore.GetAsync(s, Ids.Of(request.Name, "courses"))) ?? throw Errors.NotFound(request.Name));

    public override async Task<ListCoursesResponse> ListCourses(ListCoursesRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => CourseStore.ListAsync(s, page));
        var reply = new ListCoursesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Courses.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<Course> UpdateCourse(UpdateCourseRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await CourseStore.GetAsync(tx, Ids.Of(request.Course.Name, "courses")) ?? throw Errors.NotFound(request.Course.Name);
            Etag.Check(request.Course.Etag, row.Version, request.Course.Name);
            await FillAsync(tx, row, Updates.Merge(ToMessage(row), request.Course, request.UpdateMask, Changeable));
            await CourseStore.UpdateAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "course.update", Name(row.Id), WholeTree, null, new { row.Title, row.Minutes, row.PassScore, row.ValidityMonths, row.Retired });
            return ToMessage(row);
        }, context.CancellationToken);

    private static async Task FillAsync(Tx tx, CourseRow row, Course asked)
    {
        (row.Title, row.Content, row.Minutes) = (asked.Title.Trim(), asked.Content, asked.Minutes);
        (row.PassScore, row.ValidityMonths, row.Retired) = (asked.PassScore, asked.ValidityMonths, asked.Retired);
        if (await CourseStore.TitleExistsAsync(tx, row))
            throw Errors.Conflict("COURSE_EXISTS", $"课程“{row.Title}”已存在。", $"There is a course named {row.Title}.");
    }

    private static string Name(string id) => $"courses/{id}";

    private static Course ToMessage(CourseRow row) => new()
    {
        Name = Name(row.Id),
        Title = row.Title,
        Content = row.Content,
        Minutes = row.Minutes,
        PassScore = row.PassScore,
        ValidityMonths = row.ValidityMonths,
        Retired = row.Retired,
        Etag = Etag.Of(row.Version),
    };
}
