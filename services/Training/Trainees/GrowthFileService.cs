using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Trainees;

/// <summary>Growth files 成长档案: a person's trainings at whichever employer.</summary>
public sealed class GrowthFileService(Db db) : V1.GrowthFileService.GrowthFileServiceBase
{
    private const string Collection = "trainees";

    public override Task<GrowthFile> GetGrowthFile(GetGrowthFileRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var row = await GrowthStore.GetAsync(s, Ids.Of(request.Name, Collection), caller.Scope) ?? throw Errors.NotFound(request.Name);
            var file = ToMessage(row, caller);
            file.Employments.Add((await GrowthStore.EmployersAsync(s, row.Id, caller.Scope)).Select(ToMessage));
            file.Records.Add((await GrowthStore.RecordsAsync(s, row.Id)).Select(ToMessage));
            return file;
        });

    public override Task<ListGrowthFilesResponse> ListGrowthFiles(ListGrowthFilesRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await GrowthStore.ListAsync(s, page, Ids.Of(request.Partner, "partners"), caller.Scope);
            var reply = new ListGrowthFilesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.GrowthFiles.Add(rows.Select(row => ToMessage(row, caller)));
            return reply;
        });

    private static GrowthFile ToMessage(TraineeRow row, Caller caller) => new()
    {
        Name = $"{Collection}/{row.Id}",
        DisplayName = row.DisplayName,
        Phone = caller.PhoneFor(row.Phone, row.AssigneeId),
        Position = row.Position,
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        PartnerDisplayName = row.PartnerName,
    };

    private static Employment ToMessage(EmployerRow row) => new()
    {
        Partner = row is { Known: true, PartnerId: not null } ? $"partners/{row.PartnerId}" : "",
        PartnerDisplayName = row.Known ? row.PartnerName : "",
        Position = row.Position,
        FromDate = Times.Day(row.FromDate),
        UntilDate = Times.Day(row.UntilDate),
    };

    private static GrowthRecord ToMessage(GrowthRow row)
    {
        var record = new GrowthRecord
        {
            TrainingSession = $"trainingSessions/{row.SessionId}",
            Course = $"courses/{row.CourseId}",
            CourseTitle = row.CourseTitle,
            StartTime = Times.Of(row.StartUs),
            Attendance = Codes.To<Attendance>(row.Attendance),
            Certificate = row.CertificateId is null ? "" : $"certificates/{row.CertificateId}",
        };
        if (row.Score is { } score)
            record.Score = score;
        return record;
    }
}
