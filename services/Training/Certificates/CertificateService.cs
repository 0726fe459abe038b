using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.Enrolments;
using Qudao.Training.Sessions;
using Qudao.Training.V1;

namespace Qudao.Training.Certificates;

/// <summary>Certificates 培训证书: issued, renewed, taken back, and verified by anybody.</summary>
public sealed class CertificateService(Db db, TrainingSettings settings) : V1.CertificateService.CertificateServiceBase
{
    private const string Collection = "certificates";

    public override Task<IssueCertificatesResponse> IssueCertificates(IssueCertificatesRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var caller = context.Caller();
            var session = await SessionStore.OwnAsync(tx, Ids.Of(request.TrainingSession, "trainingSessions"), caller.Scope) ?? throw Errors.NotFound(request.TrainingSession);
            if (session.State is not (SessionRules.Held or SessionRules.Closed))
                throw Errors.Precondition("NOT_HELD", "培训举办之后才能发证。", "Certificates are given once the session was held.");
            var course = (await CourseStore.GetAsync(tx, session.CourseId))!;
            var organisation = session.OrganisationId.Length > 0 ? session.OrganisationId : caller.OrganisationId;
            // Of two who issue at once the later one meets the unique enrolment, and runs again.
            var known = (await CertificateStore.OfSessionAsync(tx, session.Id)).Select(row => row.EnrolmentId).ToHashSet();
            var reply = new IssueCertificatesResponse();
            foreach (var enrolment in await EnrolmentStore.OfSessionAsync(tx, session.Id))
            {
                if (CertificateRules.Refusal(enrolment, course, known.Contains(enrolment.Id)) is { } reason)
                    reply.Refusals.Add(new CertificateRefusal { Enrolment = $"enrolments/{enrolment.Id}", Reason = reason });
                else
                    reply.Certificates.Add(ToMessage(await IssueAsync(tx, enrolment, course, organisation, caller), ChinaTime.DateOf(tx.Now)));
            }
            return reply;
        });

    public override Task<Certificate> GetCertificate(GetCertificateRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(
            await CertificateStore.GetAsync(s, Ids.Of(request.Name, Collection), context.Caller().Scope) ?? throw Errors.NotFound(request.Name), ChinaTime.Today(db.Clock)));

    public override Task<ListCertificatesResponse> ListCertificates(ListCertificatesRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var today = ChinaTime.Today(db.Clock);
            var filter = new CertificateFilter(Ids.Of(request.Trainee, "trainees"), Codes.Of(request.State), ServiceRules.Day(request.ExpiresBy), today);
            var rows = await CertificateStore.ListAsync(s, page, filter, caller.Scope);
            var reply = new ListCertificatesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Certificates.Add(rows.Select(row => ToMessage(row, today)));
            return reply;
        });

    public override Task<Certificate> RevokeCertificate(RevokeCertificateRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await CertificateStore.OwnAsync(tx, Ids.Of(request.Name, Collection), context.Caller().Scope) ?? throw Errors.NotFound(request.Name);
            Etag.Check(request.Etag, row.Version, request.Name);
            CertificateRules.RequireMove(row.State, CertificateRules.Revoked);
            (row.State, row.Reason, row.RemindDate) = (CertificateRules.Revoked, request.Reason, null);
            await CertificateStore.UpdateAsync(tx, row);
            await CertificateClock.TellAsync(tx, row, "certificate.revoke", context.Caller());
            return ToMessage(row, ChinaTime.DateOf(tx.Now));
        });

    public override async Task<CertificateVerification> VerifyCertificate(VerifyCertificateRequest request, ServerCallContext context)
    {
        var number = CertificateRules.Normal(request.Number);
        var row = await db.ReadAsync(s => CertificateStore.NumberedAsync(s, number))
            ?? throw new Refusal(StatusCode.NotFound, "NO_SUCH_CERTIFICATE", "查无此证书编号。", "There is no certificate of this number.");
        return CertificateRules.Public(row, ChinaTime.Today(db.Clock));
    }

    private async Task<CertificateRow> IssueAsync(Tx tx, EnrolmentRow enrolment, CourseRow course, string organisation, Caller caller)
    {
        var today = ChinaTime.DateOf(tx.Now);
        var expiry = CertificateRules.Expiry(today, course.ValidityMonths);
        var row = new CertificateRow
        {
            Id = tx.NewId(),
            Version = 1,
            Number = CertificateRules.Number(organisation, today.Year, await CertificateStore.NextNumberAsync(tx, organisation, today.Year)),
            EnrolmentId = enrolment.Id,
            TraineeId = enrolment.TraineeId,
            HolderName = enrolment.TraineeName,
            CourseId = course.Id,
            CourseTitle = course.Title,
            SessionId = enrolment.SessionId,
            OrganisationId = organisation,
            PartnerId = enrolment.PartnerId,
            ScopePath = enrolment.ScopePath,
            AssigneeId = enrolment.AssigneeId,
            IssueDate = today,
            ExpiryDate = expiry,
            RemindDate = CertificateRules.NextReminder(expiry, today, settings),
            State = CertificateRules.Valid,
            CreatedUs = tx.NowMicros,
        };
        await CertificateStore.InsertAsync(tx, row);
        await CertificateClock.TellAsync(tx, row, "certificate.issue", caller);
        return row;
    }

    private static Certificate ToMessage(CertificateRow row, DateOnly today) => new()
    {
        Name = $"{Collection}/{row.Id}",
        Number = row.Number,
        Trainee = $"trainees/{row.TraineeId}",
        HolderDisplayName = row.HolderName,
        Course = $"courses/{row.CourseId}",
        CourseTitle = row.CourseTitle,
        TrainingSession = $"trainingSessions/{row.SessionId}",
        Organisation = $"organisations/{row.OrganisationId}",
        IssueDate = Times.Day(row.IssueDate),
        ExpiryDate = Times.Day(row.ExpiryDate),
        State = Codes.To<CertificateState>(CertificateRules.StateOn(row.State, row.ExpiryDate, today)),
        Reason = row.Reason,
        RenewedBy = row.RenewedBy is null ? "" : $"{Collection}/{row.RenewedBy}",
        Etag = Etag.Of(row.Version),
        CreateTime = Times.Of(row.CreatedUs),
    };
}
