using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;

namespace Qudao.Training.Tests;

/// <summary>Scheduling, rosters and attendance over the real service.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class SessionTests(DatabaseUnderTest database)
{
    private Classroom room = null!;

    [SetUp]
    public async Task OpenAsync() => room = await Classroom.OpenAsync(database);

    [TearDown]
    public async Task CloseAsync()
    {
        if (room is not null)
            await room.DisposeAsync();
    }

    // The same lecturer, room and trainees wanted 64 times at once, at times that overlap by a quarter hour or more.
    [Test]
    public async Task Sixty_four_bookers_at_once_never_book_anything_twice()
    {
        var rooms = new[] { await RoomAsync("一号教室"), await RoomAsync("二号教室") };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => OutcomeAsync(async () =>
        {
            var start = Monday.AddMinutes(15 * (i % 16));
            var session = room.Draft(start, $"staff/trainer{i % 3}", "");
            (session.Room, session.EndTime) = (rooms[i % 2].Name, At(start.AddHours(1)));
            var made = await room.ScheduleAsync(session);
            await room.EnrolAsync(made, "李雷", "13851230000");
        })));

        Assert.That(outcomes, Is.All.EqualTo("OK").Or.EqualTo("DOUBLE_BOOKED"));
        var sessions = (await room.Sessions.ListTrainingSessionsAsync(new ListTrainingSessionsRequest { PageSize = 1000 })).TrainingSessions;
        Assert.That(sessions, Is.Not.Empty);
        AssertApart(sessions.GroupBy(s => s.Lecturer));
        AssertApart(sessions.GroupBy(s => s.Room));
        AssertApart(sessions.Where(s => s.Enrolled > 0).GroupBy(_ => "李雷"));
        Assert.That(outcomes.Count(o => o == "OK"), Is.EqualTo(sessions.Count(s => s.Enrolled > 0)), "who was told yes has it");
    }

    [Test]
    public async Task Of_sixty_four_for_one_hour_exactly_one_is_booked_and_of_sixty_four_for_the_last_seats_as_many_as_there_are()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday, place: $"教室{i}")))));
        Assert.That(outcomes.Count(o => o == "OK"), Is.EqualTo(1));
        Assert.That(outcomes.Count(o => o == "DOUBLE_BOOKED"), Is.EqualTo(63));

        var small = room.Draft(Monday.AddDays(1));
        small.Capacity = 10;
        var session = await room.ScheduleAsync(small);
        outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => OutcomeAsync(() => room.EnrolAsync(session, $"学员{i}", $"1385123{i:0000}"))));
        Assert.That(outcomes.Count(o => o == "OK"), Is.EqualTo(10));
        Assert.That(outcomes.Count(o => o == "SESSION_FULL"), Is.EqualTo(54));
    }

    [Test]
    public async Task A_request_and_a_session_never_share_a_lecturer_or_a_room()
    {
        var own = await RoomAsync("一号教室");
        var request = await room.AskAsync(Shop);
        await room.Requests.ScheduleTrainingAsync(new ScheduleTrainingRequest
        {
            Name = request.Name,
            Lecturer = "staff/trainer1",
            Place = "一号教室",
            StartTime = At(Monday),
            EndTime = At(Monday.AddHours(2)),
        });
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday.AddHours(1)))), Is.EqualTo("DOUBLE_BOOKED"), "the lecturer");
        var session = room.Draft(Monday.AddHours(1), "staff/trainer2", "");
        session.Room = own.Name;
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(session)), Is.EqualTo("DOUBLE_BOOKED"), "a place that is written as the room's name is the room");
        session.StartTime = At(Monday.AddHours(2));
        session.EndTime = At(Monday.AddHours(3));
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(session)), Is.EqualTo("OK"), "one after the other");
    }

    [Test]
    public async Task Lecturers_are_booked_within_their_hours_for_what_they_teach_and_not_when_away()
    {
        var lecturer = await room.Lecturers.CreateLecturerAsync(new CreateLecturerRequest
        {
            Lecturer = new Lecturer { Staff = "staff/trainer1", Courses = { room.Course.Name }, Windows = { new TeachingWindow { Weekday = 1, Start = "09:00", End = "12:00" } } },
        });
        Assert.That(lecturer.Name, Is.EqualTo("lecturers/trainer1"));
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday.AddHours(2)))), Is.EqualTo("LECTURER_UNAVAILABLE"), "until one o'clock");
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday.AddDays(1)))), Is.EqualTo("LECTURER_UNAVAILABLE"), "a Tuesday");
        var absence = await room.Lecturers.CreateAbsenceAsync(new CreateAbsenceRequest
        {
            Parent = lecturer.Name,
            Absence = new Absence { StartTime = At(Monday), EndTime = At(Monday.AddDays(1)), Reason = "出差" },
        });
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday))), Is.EqualTo("DOUBLE_BOOKED"));
        await room.Lecturers.DeleteAbsenceAsync(new DeleteAbsenceRequest { Name = absence.Name });
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday))), Is.EqualTo("OK"));
        Assert.That(await OutcomeAsync(async () => await room.Lecturers.CreateAbsenceAsync(new CreateAbsenceRequest
        {
            Parent = lecturer.Name,
            Absence = new Absence { StartTime = At(Monday), EndTime = At(Monday.AddDays(1)), Reason = "出差" },
        })), Is.EqualTo("DOUBLE_BOOKED"), "nobody is away while he teaches");

        lecturer.Courses.Clear();
        lecturer.Retired = true;
        var retired = await room.Lecturers.UpdateLecturerAsync(new UpdateLecturerRequest { Lecturer = lecturer, UpdateMask = new() { Paths = { "retired" } } });
        Assert.That((retired.Retired, retired.Courses.Count, retired.Windows.Count), Is.EqualTo((true, 1, 1)), "only what the mask names");
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday.AddDays(7)))), Is.EqualTo("LECTURER_UNAVAILABLE"));
        var seller = Assert.ThrowsAsync<RpcException>(async () => await room.Lecturers.CreateLecturerAsync(new CreateLecturerRequest { Lecturer = new Lecturer { Staff = "staff/seller" } }))!;
        Assert.That(FieldsOf(seller), Is.EqualTo(new[] { "lecturer.staff" }));
    }

    [Test]
    public async Task Everything_wrong_with_a_session_is_told_at_once()
    {
        var refused = Assert.ThrowsAsync<RpcException>(() => room.ScheduleAsync(new TrainingSession
        {
            Course = room.Course.Name,
            Way = TrainingWay.Online,
            Room = "rooms/x",
            Link = "http://meeting",
            StartTime = At(Monday.AddMinutes(7)),
            EndTime = At(Monday.AddMinutes(-5)),
        }))!;
        Assert.That(FieldsOf(refused), Is.EquivalentTo(new[]
        {
            "training_session.capacity", "training_session.lecturer", "training_session.room", "training_session.link", "training_session.start_time", "training_session.end_time",
        }));
    }

    [Test]
    public async Task Proposals_are_free_working_quarter_hours_nearest_to_the_wish()
    {
        await room.Lecturers.CreateLecturerAsync(new CreateLecturerRequest { Lecturer = new Lecturer { Staff = "staff/trainer1" } });
        var small = await RoomAsync("小教室", 4);
        var large = await RoomAsync("大教室", 30);
        var taken = room.Draft(Monday.AddHours(-0.5), place: "");
        (taken.Room, taken.EndTime) = (large.Name, At(Monday.AddHours(3)));
        await room.ScheduleAsync(taken);
        var ask = new ProposeSlotsRequest { Course = room.Course.Name, WishTime = At(Monday), Trainees = 10, Count = 3 };
        var slots = (await room.Sessions.ProposeSlotsAsync(ask)).Slots;
        // The morning is taken; the afternoon from half past one; the Friday before is further away.
        Assert.That(slots.Select(s => s.StartTime.ToDateTimeOffset()), Is.EqualTo(new[] { Monday.AddHours(4.5), Monday.AddHours(4.75), Monday.AddHours(5) }));
        Assert.That(slots.Select(s => (s.Lecturer, s.Room)), Is.All.EqualTo(("staff/trainer1", large.Name)));
        var proposed = room.Draft(slots[0].StartTime.ToDateTimeOffset(), slots[0].Lecturer, "");
        proposed.Room = slots[0].Room;
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(proposed)), Is.EqualTo("OK"), "what is proposed can be booked");
        ask.Trainees = 31;
        Assert.That((await room.Sessions.ProposeSlotsAsync(ask)).Slots, Is.Empty, "no room is large enough");
        _ = small;
    }

    [Test]
    public async Task Proposals_for_a_session_that_is_moved_suit_its_whole_roster()
    {
        await room.Lecturers.CreateLecturerAsync(new CreateLecturerRequest { Lecturer = new Lecturer { Staff = "staff/trainer1" } });
        await RoomAsync("小教室", 4);
        var large = await RoomAsync("大教室", 30);
        var session = await room.ScheduleAsync(room.Draft(Monday));
        await room.EnrolAsync(session, "李雷", "13851230000");
        var elsewhere = await room.ScheduleAsync(room.Draft(Monday.AddHours(4.5), "staff/trainer2", "别处"));
        await room.EnrolAsync(elsewhere, "李雷", "13851230000");
        var ask = new ProposeSlotsRequest { Course = room.Course.Name, WishTime = At(Monday.AddHours(4.5)), Count = 2, Days = 1 };
        Assert.That((await room.Sessions.ProposeSlotsAsync(ask)).Slots[0].StartTime.ToDateTimeOffset(), Is.EqualTo(Monday.AddHours(4.5)), "the lecturer has time");
        ask.TrainingSession = session.Name;
        var slots = (await room.Sessions.ProposeSlotsAsync(ask)).Slots;
        // 李雷 is elsewhere until half past three; what the session has now is its own to give up.
        Assert.That(slots.Select(s => s.StartTime.ToDateTimeOffset()), Is.EqualTo(new[] { Monday.AddHours(6.5), Monday.AddHours(1) }));
        Assert.That(slots.Select(s => s.Room), Is.All.EqualTo(large.Name), "it has twenty seats");
        Assert.That(await OutcomeAsync(() => MoveAsync(session, slots[0].StartTime.ToDateTimeOffset())), Is.EqualTo("OK"), "what is proposed can be booked");
        ask.TrainingSession = "trainingSessions/none";
        Assert.That(FieldsOf(Assert.ThrowsAsync<RpcException>(async () => await room.Sessions.ProposeSlotsAsync(ask))!), Is.EqualTo(new[] { "training_session" }));
    }

    [Test]
    public async Task A_session_for_two_requests_schedules_holds_and_evaluates_both_and_trains_both_shops()
    {
        var asked = new[] { await room.AskAsync(Shop), await room.AskAsync(Shop2) };
        var draft = room.Draft(Monday);
        draft.TrainingRequests.Add(asked.Select(r => r.Name));
        draft.Capacity = 9;
        Assert.That(FieldsOf(Assert.ThrowsAsync<RpcException>(() => room.ScheduleAsync(draft))!), Is.EqualTo(new[] { "training_session.capacity" }));
        draft.Capacity = 10;
        var session = await room.ScheduleAsync(draft);
        Assert.That(await StatesAsync(asked), Is.All.EqualTo(TrainingState.Scheduled));
        Assert.That(await OutcomeAsync(async () => await room.Requests.EvaluateTrainingAsync(new EvaluateTrainingRequest { Name = asked[0].Name, Effect = 3 })), Is.EqualTo("WRONG_STATE"));

        var people = new[] { await room.EnrolAsync(session, "李雷"), await room.EnrolAsync(session, "韩梅梅", partner: Shop2), await room.EnrolAsync(session, "小赵", partner: Shop2) };
        Assert.That(await OutcomeAsync(async () => await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name })), Is.EqualTo("NOT_BEGUN"));
        await room.Service.MoveClockAsync(Monday.AddHours(3));
        Assert.That(await OutcomeAsync(async () => await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name })), Is.EqualTo("NOBODY_CAME"));
        await room.MarkAsync(session, (people[0], Attendance.Attended), (people[1], Attendance.Attended));
        var held = await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name });
        Assert.That((held.State, held.Enrolled, held.Attended), Is.EqualTo((TrainingSessionState.Held, 3, 2)));
        Assert.That(await StatesAsync(asked), Is.All.EqualTo(TrainingState.Held));
        await room.Enrolments.RecordScoresAsync(new RecordScoresRequest { TrainingSession = session.Name, Scores = { new ScoreMark { Enrolment = people[0].Name, Score = 0 } } });
        var absent = Assert.ThrowsAsync<RpcException>(async () => await room.Enrolments.RecordScoresAsync(new RecordScoresRequest
        {
            TrainingSession = session.Name,
            Scores = { new ScoreMark { Enrolment = people[2].Name, Score = 50 } },
        }))!;
        Assert.That(FieldsOf(absent), Is.EqualTo(new[] { "scores[0].enrolment" }));

        var closed = await room.Sessions.CloseTrainingSessionAsync(new CloseTrainingSessionRequest { Name = session.Name, Effect = 4, Feedback = "很好" });
        Assert.That((closed.State, closed.Effect), Is.EqualTo((TrainingSessionState.Closed, 4)));
        var first = await room.Requests.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = asked[0].Name });
        Assert.That((first.State, first.Effect, first.Trainees.Single().DisplayName, first.Trainees.Single().Score), Is.EqualTo((TrainingState.Evaluated, 4, "李雷", 0)));
        Assert.That((await room.Service.PublishedAsync<TrainingCompleted>()).Select(c => (c.PartnerId, c.Attended)), Is.EquivalentTo(new[] { ("shop", 1), ("shop2", 1) }));
        Assert.That((await room.Service.PublishedAsync<TrainingSessionChanged>()).Select(c => c.State), Is.EqualTo(new[] { "scheduled", "held", "closed" }));
    }

    [Test]
    public async Task A_session_that_is_moved_takes_everybody_along_and_one_called_off_frees_them_all()
    {
        var asked = await room.AskAsync(Shop);
        var draft = room.Draft(Monday);
        draft.TrainingRequests.Add(asked.Name);
        var session = await room.ScheduleAsync(draft);
        await room.EnrolAsync(session, "李雷", "13851230000");
        var other = await room.ScheduleAsync(room.Draft(Monday.AddHours(3), "staff/trainer2", "别处"));
        await room.EnrolAsync(other, "李雷", "13851230000");

        Assert.That(await OutcomeAsync(() => MoveAsync(session, Monday.AddHours(2))), Is.EqualTo("DOUBLE_BOOKED"), "李雷 is elsewhere then");
        await MoveAsync(session, Monday.AddDays(1));
        var moved = await room.Requests.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = asked.Name });
        Assert.That(moved.StartTime.ToDateTimeOffset(), Is.EqualTo(Monday.AddDays(1)));
        Assert.That(await OutcomeAsync(() => room.ScheduleAsync(room.Draft(Monday))), Is.EqualTo("OK"), "the old time is free");

        await room.Sessions.CancelTrainingSessionAsync(new CancelTrainingSessionRequest { Name = session.Name, Reason = "台风" });
        Assert.That(await StatesAsync([asked]), Is.EqualTo(new[] { TrainingState.Requested }));
        var again = room.Draft(Monday.AddDays(1));
        again.TrainingRequests.Add(asked.Name);
        Assert.That(await OutcomeAsync(async () => await room.EnrolAsync(await room.ScheduleAsync(again), "李雷", "13851230000")), Is.EqualTo("OK"));
    }

    [Test]
    public async Task A_session_whose_lecturer_leaves_keeps_its_roster_and_waits_for_another()
    {
        var session = await room.ScheduleAsync(room.Draft(Monday));
        await room.EnrolAsync(session, "李雷");
        await room.Service.HearAsync(new StaffChanged { AggregateId = "trainer1", Version = 2, ScopePath = "/hq/js/", Name = "讲师王", OrganisationId = "js", Roles = ["trainer"], Active = false });
        var waiting = await GetAsync(session);
        Assert.That((waiting.Lecturer, waiting.Enrolled, waiting.State), Is.EqualTo(("", 1, TrainingSessionState.Scheduled)));
        Assert.That(waiting.Reason, Does.Contain("已离职"));
        var given = await room.Sessions.RescheduleTrainingSessionAsync(new RescheduleTrainingSessionRequest
        {
            Name = session.Name,
            Lecturer = "staff/trainer2",
            StartTime = session.StartTime,
            EndTime = session.EndTime,
        });
        Assert.That((given.Lecturer, given.Reason), Is.EqualTo(("staff/trainer2", "")));
    }

    [Test]
    public async Task A_roster_is_imported_row_by_row_and_a_dry_run_changes_nothing()
    {
        await room.Service.HearAsync(Partner("shop2", "南京鲁诺", 3));
        var busy = await room.ScheduleAsync(room.Draft(Monday, "staff/trainer2", "别处"));
        await room.EnrolAsync(busy, "忙人", "13851239999");
        var session = await room.ScheduleAsync(room.Draft(Monday));
        await room.EnrolAsync(session, "已报", "13851230001");
        var file = Sheet(
            ["李雷", "13851230002", "技师", ""], ["", "13851230003", "技师", ""], ["韩梅梅", "123", "", ""], ["已报", "13851230001", "", ""],
            ["忙人", "13851239999", "", ""], ["小鲁", "13851230004", "顾问", "南京鲁诺"], ["无名", "", "", "查无此店"]);

        var request = new ImportRosterRequest { File = new() { Data = Google.Protobuf.ByteString.CopyFrom(file) }, TrainingSession = session.Name, Partner = Shop, DryRun = true };
        var rehearsed = await room.Enrolments.ImportRosterAsync(request);
        Assert.That((await GetAsync(session)).Enrolled, Is.EqualTo(1), "a dry run");
        request.DryRun = false;
        var done = await room.Enrolments.ImportRosterAsync(request);
        Assert.That(done, Is.EqualTo(rehearsed));
        Assert.That((done.Created, done.Unchanged), Is.EqualTo((2, 1)));
        Assert.That(done.Errors.Select(e => (e.Row, e.Column)), Is.EqualTo(new[] { (5, "姓名"), (6, "电话"), (8, "姓名"), (10, "单位") }));
        var roster = (await room.Enrolments.ListEnrolmentsAsync(new ListEnrolmentsRequest { TrainingSession = session.Name })).Enrolments;
        Assert.That(roster.Select(e => (e.DisplayName, e.Partner)), Is.EqualTo(new[] { ("已报", Shop), ("李雷", Shop), ("小鲁", Shop2) }));

        using var rest = await room.Service.Rest(room.Trainer).GetAsync($"/v1/enrolments:export?trainingSession={session.Name}");
        var rows = Platform.Sheet.Read(await rest.Content.ReadAsByteArrayAsync())[0].Rows;
        Assert.That(rows[0][0], Is.EqualTo("培训签到表"));
        Assert.That(rows.Any(row => row.Cells.Contains("小鲁") && row.Cells.Contains("南京鲁诺")));
    }

    [Test]
    public async Task People_of_one_shop_with_one_telephone_are_several_and_who_is_reported_by_name_is_who_was_enrolled()
    {
        var request = await room.AskAsync(Shop);
        var scheduled = await room.Requests.ScheduleTrainingAsync(new ScheduleTrainingRequest { Name = request.Name, Lecturer = "staff/trainer1", StartTime = At(Monday), EndTime = At(Monday.AddHours(2)) });
        var session = await room.Sessions.GetTrainingSessionAsync(new GetTrainingSessionRequest { Name = scheduled.TrainingSession });
        var first = await room.EnrolAsync(session, "李雷", "025-52123456");
        var second = await room.EnrolAsync(session, "韩梅梅", "025-52123456");
        Assert.That(second.Trainee, Is.Not.EqualTo(first.Trainee));
        await room.Service.MoveClockAsync(Monday.AddHours(3));
        var held = await room.Requests.HoldTrainingAsync(new HoldTrainingRequest { Name = request.Name, Trainees = { new Trainee { DisplayName = "李雷", Attended = true } } });
        Assert.That(held.Trainees.Select(t => (t.DisplayName, t.Attended)), Is.EqualTo(new[] { ("李雷", true), ("韩梅梅", false) }));
    }

    [Test]
    public async Task A_shop_sees_its_own_people_on_a_roster_and_nothing_of_the_others()
    {
        var session = await room.ScheduleAsync(room.Draft(Monday));
        await room.EnrolAsync(session, "李雷", "13851230001");
        var other = await room.EnrolAsync(session, "韩梅梅", "13851230002", Shop2);
        var shop = room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop/", partnerId: "shop"));
        var enrolments = new EnrolmentService.EnrolmentServiceClient(shop);
        var seen = await new TrainingSessionService.TrainingSessionServiceClient(shop).GetTrainingSessionAsync(new GetTrainingSessionRequest { Name = session.Name });
        Assert.That(seen.Place, Is.EqualTo("南京培训室"));
        Assert.That((await enrolments.ListEnrolmentsAsync(new ListEnrolmentsRequest { TrainingSession = session.Name })).Enrolments.Select(e => e.DisplayName), Is.EqualTo(new[] { "李雷" }));
        Assert.That(await OutcomeAsync(async () => await enrolments.DeleteEnrolmentAsync(new DeleteEnrolmentRequest { Name = other.Name })), Is.EqualTo("NOT_FOUND"));
        Assert.That(await OutcomeAsync(async () => await enrolments.RecordAttendanceAsync(new RecordAttendanceRequest { TrainingSession = session.Name, Marks = { new AttendanceMark { Enrolment = other.Name, Attendance = Attendance.Absent } } })),
            Is.EqualTo("PERMISSION_DENIED"));
        var elsewhere = new TrainingSessionService.TrainingSessionServiceClient(room.Service.Grpc(room.Service.TokenFor("training-manager", "/hq/zj/", "t2")));
        Assert.That(await OutcomeAsync(async () => await elsewhere.GetTrainingSessionAsync(new GetTrainingSessionRequest { Name = session.Name })), Is.EqualTo("NOT_FOUND"));
        Assert.That((await elsewhere.ListTrainingSessionsAsync(new ListTrainingSessionsRequest())).TrainingSessions, Is.Empty);

        // Who need not call sees the telephone masked.
        var auditor = new EnrolmentService.EnrolmentServiceClient(room.Service.Grpc(room.Service.TokenFor("auditor", "/hq/js/", "m1")));
        Assert.That((await auditor.ListEnrolmentsAsync(new ListEnrolmentsRequest { TrainingSession = session.Name })).Enrolments[0].Phone, Is.EqualTo("138****0001"));
    }

    private async Task<Room> RoomAsync(string name, int capacity = 30) => await room.Rooms.CreateRoomAsync(new CreateRoomRequest { Room = new Room { DisplayName = name, Capacity = capacity } });

    private async Task<TrainingSession> MoveAsync(TrainingSession session, DateTimeOffset start) => await room.Sessions.RescheduleTrainingSessionAsync(
        new RescheduleTrainingSessionRequest { Name = session.Name, StartTime = At(start), EndTime = At(start.AddHours(2)) });

    private async Task<TrainingSession> GetAsync(TrainingSession session) => await room.Sessions.GetTrainingSessionAsync(new GetTrainingSessionRequest { Name = session.Name });

    private async Task<List<TrainingState>> StatesAsync(IEnumerable<TrainingRequest> asked)
    {
        var states = new List<TrainingState>();
        foreach (var request in asked)
            states.Add((await room.Requests.GetTrainingRequestAsync(new GetTrainingRequestRequest { Name = request.Name })).State);
        return states;
    }

    private static void AssertApart(IEnumerable<IGrouping<string, TrainingSession>> groups)
    {
        foreach (var group in groups)
        {
            var ordered = group.OrderBy(s => s.StartTime).ToList();
            foreach (var (before, after) in ordered.Zip(ordered.Skip(1)))
                Assert.That(before.EndTime, Is.LessThanOrEqualTo(after.StartTime), $"{group.Key} is in two places");
        }
    }

    private static byte[] Sheet(params string[][] rows)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, new SheetForm("培训签到表", ["课程"], [new("姓名"), new("电话"), new("职务"), new("单位")], rows, []));
        return file.ToArray();
    }

    internal static PartnerChanged Partner(string id, string name, long version) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = $"/hq/js/{id}/",
        Name = name,
        Kind = "terminal",
        Stage = "signed",
        PreviousStage = "signed",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
    };
}
