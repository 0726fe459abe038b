using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Enrolments;
using Qudao.Training.Sessions;

namespace Qudao.Training.Evaluations;

/// <summary>Plans the evaluations of a session that was held, and sends their invitations when they fall due, each once.</summary>
public static class EvaluationClock
{
    private const int AtOnce = 100;

    /// <summary>Both rounds for everybody who attended.</summary>
    public static async Task PlanAsync(Tx tx, SessionRow session, TrainingSettings settings)
    {
        foreach (var enrolment in (await EnrolmentStore.OfSessionAsync(tx, session.Id)).Where(e => e.Attendance == EnrolmentRules.Attended))
            foreach (var round in EvaluationRules.Rounds)
            {
                var due = (Clock.FromMicros(session.EndUs) + EvaluationRules.After(round, settings)).Micros();
                await EvaluationStore.InsertAsync(tx, new EvaluationRow
                {
                    Id = tx.NewId(),
                    SessionId = session.Id,
                    EnrolmentId = enrolment.Id,
                    Round = round,
                    State = EvaluationRules.Waiting,
                    DueUs = due,
                    InviteUs = due,
                });
            }
    }

    /// <summary>Sends the invitations that are due. Gives how many.</summary>
    public static Task<int> InviteAsync(Db db, TrainingSettings settings) =>
        SweepAsync(db, EvaluationRules.Waiting, EvaluationRules.Invited, TimeSpan.FromDays(settings.InvitationDays));

    /// <summary>Ends the invitations that nobody answered. Gives how many.</summary>
    public static Task<int> LapseAsync(Db db) => SweepAsync(db, EvaluationRules.Invited, EvaluationRules.Lapsed, TimeSpan.Zero);

    private static async Task<int> SweepAsync(Db db, string from, string to, TimeSpan stands)
    {
        var moved = 0;
        foreach (var id in await db.ReadAsync(s => EvaluationStore.DueAsync(s, from, db.Clock.NowMicros(), AtOnce)))
            moved += await db.WriteUnlessOvertakenAsync(async tx =>
            {
                if (await EvaluationStore.AnyAsync(tx, id) is not { } row || row.State != from || row.DueUs > tx.NowMicros)
                    return 0;
                (row.State, row.DueUs) = (to, (tx.Now + stands).Micros());
                await EvaluationStore.UpdateAsync(tx, row);
                await TellAsync(tx, row);
                await tx.AuditAsync(Caller.System, $"evaluation.{to}", $"trainingEvaluations/{row.Id}", row.ScopePath, row.AssigneeId, new { row.TraineeName, row.Round });
                return 1;
            });
        return moved;
    }

    /// <summary>Tells the others: the invitation itself is this event, in the state "invited".</summary>
    public static Task TellAsync(Tx tx, EvaluationRow row) => tx.PublishAsync(new TrainingEvaluationChanged
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        SessionId = row.SessionId,
        PartnerId = row.PartnerId,
        Round = row.Round,
        State = row.State,
        Content = row.Content,
        Lecturer = row.Lecturer,
        Usefulness = row.Usefulness,
    });
}
