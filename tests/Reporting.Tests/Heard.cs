using Qudao.Events;

namespace Qudao.Reporting.Tests;

/// <summary>Events as the other services publish them, with what a test does not care about filled in.</summary>
internal static class Heard
{
    public static OrganisationChanged Organisation(string id, string path, string kind = "centre", long version = 1, string? name = null) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = path,
        Code = id,
        Name = name ?? $"{id}销售服务中心",
        Kind = kind,
        ParentId = id == "hq" ? null : "hq",
    };

    public static StaffChanged Staff(string id, string organisation, string path, string role, bool active = true, long version = 1) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = path,
        Name = $"员工{id}",
        OrganisationId = organisation,
        Roles = [role],
        Active = active,
    };

    public static PartnerChanged Partner(string id, string path, string? assignee = null, string stage = "signed", string previous = "", long version = 1,
        string kind = "terminal", string? parent = null, string city = "3201", string organisation = "js") => new()
        {
            AggregateId = id,
            Version = version,
            ScopePath = path,
            AssigneeId = assignee,
            Name = $"机构{id}",
            Kind = kind,
            Stage = stage,
            PreviousStage = previous,
            ProvinceCode = city[..2],
            CityCode = city,
            OrganisationId = organisation,
            ParentPartnerId = parent,
        };

    public static AgreementSigned Signed(string id, string partner, DateOnly day, string kind = "terminal", string number = "", string organisation = "js", long version = 5) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = "/hq/js/",
        Number = number.Length == 0 ? $"QD-{id}" : number,
        Kind = kind,
        PartnerId = partner,
        OrganisationId = organisation,
        PartyA = "甲方",
        PartyB = "乙方",
        SignedDate = day,
        EffectiveFrom = day,
        EffectiveTo = day.AddYears(1),
    };

    public static VisitChanged Visit(string id, string partner, DateOnly planned, string state, long version = 1) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = "/hq/js/",
        PartnerId = partner,
        StaffId = "s1",
        State = state,
        Kind = "client-visit",
        PlannedDate = planned,
    };

    public static TicketChanged Ticket(string id, string partner, DateTimeOffset opened, string kind = "complaint", string state = "resolved", long? first = null,
        long? resolution = null, bool breached = false, int level = 0, int? satisfaction = null, long version = 1) => new()
        {
            AggregateId = id,
            Version = version,
            ScopePath = "/hq/js/",
            Kind = kind,
            Severity = "normal",
            State = state,
            PartnerId = partner,
            OpenTime = opened,
            FirstResponseBreached = breached,
            ResolutionBreached = false,
            EscalationLevel = level,
            Satisfaction = satisfaction,
            FirstResponseMinutes = first,
            ResolutionMinutes = resolution,
        };

    public static TrainingCompleted Trained(string id, string partner, DateOnly held, int attended) => new()
    {
        AggregateId = id,
        Version = 1,
        ScopePath = "/hq/js/",
        PartnerId = partner,
        CourseId = "course",
        Attended = attended,
        Effect = 4,
        HeldDate = held,
    };

    public static TrainingSessionChanged Session(string id, DateOnly day, string state = "held", int enrolled = 10, int attended = 8, string organisation = "js", string path = "/hq/js/",
        string? assignee = null, long version = 1) => new()
        {
            AggregateId = id,
            Version = version,
            ScopePath = path,
            AssigneeId = assignee,
            OrganisationId = organisation,
            CourseId = "course",
            Way = "internal",
            State = state,
            StartTime = new(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.FromHours(8)),
            EndTime = new(day.ToDateTime(new TimeOnly(11, 0)), TimeSpan.FromHours(8)),
            Enrolled = enrolled,
            Attended = attended,
        };

    public static TrainingEvaluationChanged Evaluated(string id, string session, int mark, string state = "answered", long version = 2) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = "/hq/js/",
        SessionId = session,
        Round = "session",
        State = state,
        Content = mark,
        Lecturer = mark,
        Usefulness = mark,
    };

    public static CertificateChanged Certificate(string id, string? partner, DateOnly issued, DateOnly? expiry, string state = "valid", string path = "/hq/js/", long version = 1) => new()
    {
        AggregateId = id,
        Version = version,
        ScopePath = path,
        Number = $"PX-{id}",
        State = state,
        TraineeId = $"trainee-{id}",
        PartnerId = partner,
        CourseId = "course",
        IssueDate = issued,
        ExpiryDate = expiry,
    };

    public static TicketHandedOff HandedOff(string ticket, string partner, string from, string to, long minutes, long version = 2) => new()
    {
        AggregateId = ticket,
        Version = version,
        ScopePath = "/hq/js/",
        Kind = "repair",
        PartnerId = partner,
        FromStep = from,
        Move = "confirm",
        ToStep = to,
        Minutes = minutes,
    };
}
