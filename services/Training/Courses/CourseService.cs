using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Courses;

/// <summary>Courses 课程: one catalogue for the whole network.</summary>
public sealed class CourseService(Db db) : V1.CourseService.CourseServiceBase
{
    private const string WholeTree = "/hq/";

    public override Task<Course> CreateCourse(CreateCourseRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new CourseRow
            {
                Id = tx.NewId(),
                Version = 1,
                Title = request.Course.Title.Trim(),
                Content = request.Course.Content,
                Minutes = request.Course.Minutes,
                CreatedUs = tx.NowMicros,
            };
            if (await CourseStore.TitleExistsAsync(tx, row.Title))
                throw Errors.Conflict("COURSE_EXISTS", $"课程“{row.Title}”已存在。", $"There is a course named {row.Title}.");
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

    private static string Name(string id) => $"courses/{id}";

    private static Course ToMessage(CourseRow row) => new()
    {
        Name = Name(row.Id),
        Title = row.Title,
        Content = row.Content,
        Minutes = row.Minutes,
        Etag = Etag.Of(row.Version),
    };
}
