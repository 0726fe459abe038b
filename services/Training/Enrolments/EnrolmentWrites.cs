using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Sessions;
using Qudao.Training.Trainees;

namespace Qudao.Training.Enrolments;

/// <summary>How somebody gets on a roster and off it.</summary>
public static class EnrolmentWrites
{
    /// <summary>
    /// Puts a person on the roster of a session that was not held yet, and takes his time. What forbids it is given back
    /// before anything is written, so that a list can go on with the next row.
    /// </summary>
    public static async Task<(EnrolmentRow? Row, Refusal? Fault)> EnrolAsync(Tx tx, string sessionId, Person person)
    {
        // Held first, read then: the seats are counted and the time is taken as they stand at the commit.
        await Booking.LockAsync(tx, $"session/{sessionId}");
        var session = (await SessionStore.AnyAsync(tx, sessionId))!;
        SessionRules.RequireOpen(session.State, forMarks: false);
        var known = await TraineeWrites.FindAsync(tx, person);
        if (known is not null && await EnrolmentStore.OfTraineeAsync(tx, session.Id, known.Id) is not null)
            return (null, EnrolmentRules.OnRoster(person.Name));
        if (await EnrolmentStore.CountAsync(tx, session.Id) >= session.Capacity)
            return (null, EnrolmentRules.Full(session.Capacity));
        var id = known?.Id ?? "";
        if (known is not null && !await Booking.TryTakeAsync(tx, $"trainee/{id}", session.Id, session.StartUs, session.EndUs))
            return (null, Booking.Taken(Resource.Trainee(id, person.Name)));
        var trainee = await TraineeWrites.KeepAsync(tx, known, person);
        if (known is null)
            await Booking.TakeAsync(tx, session.Id, session.StartUs, session.EndUs, [Resource.Trainee(trainee.Id, person.Name)]);
        return (await AddAsync(tx, session, trainee, person, EnrolmentRules.Expected), null);
    }

    /// <summary>Writes down who came to what a request reports as held: whoever is not on the roster yet comes on it.</summary>
    public static async Task ReportAsync(Tx tx, SessionRow session, Person person, bool attended)
    {
        var attendance = attended ? EnrolmentRules.Attended : EnrolmentRules.Absent;
        // Somebody enrolled with a telephone is reported by the name alone.
        if ((await EnrolmentStore.OfSessionAsync(tx, session.Id)).Find(e => e.TraineeName == person.Name && e.PartnerId == person.Partner?.Id) is { } row)
        {
            row.Attendance = attendance;
            await EnrolmentStore.UpdateAsync(tx, row);
        }
        else
        {
            var trainee = await TraineeWrites.KeepAsync(tx, await TraineeWrites.FindAsync(tx, person), person);
            await AddAsync(tx, session, trainee, person, attendance);
        }
    }

    public static async Task WithdrawAsync(Tx tx, EnrolmentRow row)
    {
        await Booking.FreeAsync(tx, row.SessionId, $"trainee/{row.TraineeId}");
        await EnrolmentStore.DeleteAsync(tx, row.Id);
    }

    private static async Task<EnrolmentRow> AddAsync(Tx tx, SessionRow session, TraineeRow trainee, Person person, string attendance)
    {
        var row = new EnrolmentRow
        {
            Id = tx.NewId(),
            Version = 1,
            SessionId = session.Id,
            TraineeId = trainee.Id,
            TraineeName = person.Name,
            Phone = trainee.Phone,
            Position = person.Position.Length > 0 ? person.Position : trainee.Position,
            PartnerId = person.Partner?.Id,
            PartnerName = person.Partner?.Name ?? "",
            ScopePath = person.ScopePath,
            AssigneeId = person.AssigneeId,
            Attendance = attendance,
            CreatedUs = tx.NowMicros,
        };
        await EnrolmentStore.InsertAsync(tx, row);
        return row;
    }
}
