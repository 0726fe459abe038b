using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Bookings;
using Qudao.Training.Enrolments;
using Qudao.Training.Evaluations;
using Qudao.Training.Lecturers;
using Qudao.Training.Requests;
using Qudao.Training.Rooms;

namespace Qudao.Training.Sessions;

/// <summary>How sessions are written, whether they were asked for themselves or by a request.</summary>
public static class SessionWrites
{
    /// <summary>Takes lecturer, room or place, and everybody on the roster; what the session had before is given back first.</summary>
    public static async Task BookAsync(Tx tx, SessionRow row)
    {
        if (row.LecturerId is { } lecturer)
            LecturerRules.RequireAvailable(await LecturerStore.AnyAsync(tx, lecturer), row.CourseId, row.StartUs, row.EndUs);
        // Whoever enrols at this moment waits, and is booked for the new time.
        await Booking.LockAsync(tx, $"session/{row.Id}");
        await Booking.FreeAsync(tx, row.Id);
        var resources = await ResourcesAsync(tx, row);
        await Booking.TakeAsync(tx, row.Id, row.StartUs, row.EndUs, resources);
        // The room is held now: nobody closes it before the commit.
        if (row.RoomId is { } id && await RoomStore.AnyAsync(tx, id) is { Closed: true } room)
            throw Errors.Precondition("ROOM_CLOSED", $"教室“{room.Name}”已停用。", $"The room {room.Name} is closed.");
    }

    /// <summary>The session that a request has to itself; scheduled, or scheduled anew.</summary>
    public static async Task ScheduleOwnAsync(Tx tx, TrainingRow request, string lecturerName, string organisationId, Caller caller)
    {
        var known = await SessionStore.AnyAsync(tx, request.Id);
        var room = await RoomStore.NamedAsync(tx, request.Place, request.ScopePath);
        var row = known ?? new SessionRow { Id = request.Id, Version = 1, CreatedUs = tx.NowMicros, UpdatedUs = tx.NowMicros };
        (row.ScopePath, row.AssigneeId, row.CourseId, row.Way, row.Capacity) = (request.ScopePath, request.AssigneeId, request.CourseId, request.Way, request.Expected);
        (row.LecturerId, row.LecturerName, row.StartUs, row.EndUs) = (request.LecturerId, lecturerName, request.StartUs!.Value, request.EndUs!.Value);
        (row.OrganisationId, row.RoomId, row.Place) = (organisationId, room?.Id, room is null ? request.Place : "");
        (row.State, row.Reason) = (SessionRules.Scheduled, "");
        await BookAsync(tx, row);
        if (known is null)
            await SessionStore.InsertAsync(tx, row);
        else
            await SessionStore.UpdateAsync(tx, row);
        await TellAsync(tx, row, caller, "session.schedule");
    }

    public static async Task CancelAsync(Tx tx, SessionRow row, string reason, Caller caller)
    {
        await Booking.FreeAsync(tx, row.Id);
        (row.State, row.Reason) = (SessionRules.Cancelled, reason);
        await SaveAsync(tx, row, caller, "session.cancel");
    }

    /// <summary>The session took place: who is not marked was absent.</summary>
    public static async Task HoldAsync(Tx tx, SessionRow row, Caller caller, TrainingSettings settings)
    {
        await EnrolmentStore.MarkRestAbsentAsync(tx, row.Id);
        await EvaluationClock.PlanAsync(tx, row, settings);
        row.State = SessionRules.Held;
        await SaveAsync(tx, row, caller, "session.hold");
    }

    public static async Task CloseAsync(Tx tx, SessionRow row, int effect, string feedback, Caller caller)
    {
        (row.State, row.Effect, row.Feedback) = (SessionRules.Closed, effect, feedback);
        await SaveAsync(tx, row, caller, "session.close");
    }

    /// <summary>The lecturer is gone: the session stays, with its room and its roster, and waits for another.</summary>
    public static async Task LoseLecturerAsync(Tx tx, SessionRow row, string reason)
    {
        await Booking.FreeAsync(tx, row.Id, $"staff/{row.LecturerId}");
        (row.LecturerId, row.LecturerName, row.Reason) = (null, "", reason);
        await SaveAsync(tx, row, Caller.System, "session.lecturer-left");
    }

    public static async Task SaveAsync(Tx tx, SessionRow row, Caller caller, string action)
    {
        await SessionStore.UpdateAsync(tx, row);
        await TellAsync(tx, row, caller, action);
    }

    public static async Task TellAsync(Tx tx, SessionRow row, Caller caller, string action)
    {
        var counted = await SessionStore.AnyAsync(tx, row.Id) ?? row;
        (row.Enrolled, row.Attended) = (counted.Enrolled, counted.Attended);
        await tx.PublishAsync(new TrainingSessionChanged
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            OrganisationId = row.OrganisationId,
            CourseId = row.CourseId,
            Way = row.Way,
            State = row.State,
            LecturerId = row.LecturerId,
            StartTime = Clock.FromMicros(row.StartUs),
            EndTime = Clock.FromMicros(row.EndUs),
            Enrolled = row.Enrolled,
            Attended = row.Attended,
        });
        await tx.AuditAsync(caller, action, $"trainingSessions/{row.Id}", row.ScopePath, row.AssigneeId,
            new { row.State, row.LecturerName, Start = Times.Shown(row.StartUs), End = Times.Shown(row.EndUs), row.Enrolled, row.Attended, row.Reason });
    }

    private static async Task<List<Resource>> ResourcesAsync(Tx tx, SessionRow row)
    {
        var resources = (await EnrolmentStore.OfSessionAsync(tx, row.Id)).Select(e => Resource.Trainee(e.TraineeId, e.TraineeName)).ToList();
        if (row.LecturerId is { } lecturer)
            resources.Add(Resource.Lecturer(lecturer, row.LecturerName));
        if (row.RoomId is { } id)
            resources.Add(Resource.Room(id, (await RoomStore.AnyAsync(tx, id))?.Name ?? id));
        else if (row.Place.Length > 0)
            resources.Add(Resource.Place(row.Place));
        return resources;
    }
}
