using Qudao.Platform;
using Qudao.ServiceTicket.Calendars;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>A ticket as it stands in the table; times in microseconds, limits and durations in minutes of its calendar.</summary>
public sealed class TicketRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Channel { get; set; } = "";
    public string Severity { get; set; } = "";
    public string State { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public long PartnerVersion { get; set; }
    public string Reporter { get; set; } = "";
    public string ReporterPhone { get; set; } = "";
    public string Subject { get; set; } = "";
    public string Content { get; set; } = "";
    public string? HandlerId { get; set; }
    public string? HandlerName { get; set; }
    public string? Result { get; set; }
    public long OpenedUs { get; set; }
    public string Calendar { get; set; } = "";
    public long? FirstResponseLimit { get; set; }
    public long? FirstResponseDueUs { get; set; }
    public long? FirstResponseUs { get; set; }
    public long? FirstResponseMinutes { get; set; }
    public bool FirstResponseBreached { get; set; }
    public long? ResolutionLimit { get; set; }
    public long? ResolutionDueUs { get; set; }
    public long? ResolvedUs { get; set; }
    public long? ResolutionMinutes { get; set; }
    public bool ResolutionBreached { get; set; }
    public long? ClosedUs { get; set; }
    public long? WaitingSinceUs { get; set; }
    public int EscalationLevel { get; set; }
    public long? NextEscalationUs { get; set; }
    public long NextDueUs { get; set; }
    public long? WakeUs { get; set; }
    public long? FollowUpUs { get; set; }
    public string? FollowUpActorName { get; set; }
    public string? FollowUpUsage { get; set; }
    public string? FollowUpNeeds { get; set; }
    public int? Satisfaction { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    /// <summary>The calendar it was last counted by, and its version.</summary>
    public string CalendarKey { get; set; } = "";

    public string PartnerGrade { get; set; } = "";

    /// <summary>What the escalation timer counts from, and its minutes; so that it can be counted anew.</summary>
    public long? TimerFromUs { get; set; }

    public long? TimerMinutes { get; set; }
    public string Step { get; set; } = "";
    public long? StepSinceUs { get; set; }
    public int HandOffs { get; set; }

    /// <summary>One a line.</summary>
    public string SerialNumbers { get; set; } = "";

    /// <summary>Of what went to the client instead, one a line.</summary>
    public string ReplacementSerials { get; set; } = "";

    public string ErpNumber { get; set; } = "";
    public string FactoryWaybill { get; set; } = "";
    public string ReshipWaybill { get; set; } = "";
    public string Department { get; set; } = "";
    public string Decision { get; set; } = "";
    public string Reward { get; set; } = "";
    public string Warranty { get; set; } = "";
    public string WarrantyAgreement { get; set; } = "";
    public DateOnly? WarrantyUntil { get; set; }
    public long? WarrantyUs { get; set; }
    public string WarrantySerial { get; set; } = "";
    public string? LinkedId { get; set; }
    public string Link { get; set; } = "";
    public string? MergedInto { get; set; }
    public int Round { get; set; } = 1;

    /// <summary>When the current round began: the opening, or the last reopening.</summary>
    public long RoundFromUs { get; set; }

    /// <summary>A result was late in an earlier round.</summary>
    public bool EarlierBreached { get; set; }

    public DateOnly? FollowUpDue { get; set; }
    public string? FollowUpOwnerId { get; set; }
    public string PhoneDigits { get; set; } = "";
    public string? QueueId { get; set; }
    public string Skill { get; set; } = "";
    public long Version { get; set; }
    public long UpdatedUs { get; set; }

    /// <summary>The working time it is counted by; loaded with whatever changes a ticket.</summary>
    public Timetable Timetable { get; set; } = Timetable.Default;
}

/// <summary>An entry of a ticket's timeline; Version is the ticket's that it made.</summary>
public sealed class EntryRow
{
    public string TicketId { get; set; } = "";
    public long Version { get; set; }
    public string Type { get; set; } = "";
    public long AtUs { get; set; }
    public string Actor { get; set; } = "";
    public string ActorName { get; set; } = "";
    public bool Internal { get; set; }
    public string Text { get; set; } = "";
    public string State { get; set; } = "";
    public int Level { get; set; }
    public string Role { get; set; } = "";
    public string HandlerId { get; set; } = "";
}

/// <summary>What a list of tickets is cut down to; "" and false mean no cut.</summary>
public sealed record TicketFilter(
    string State, string Kind, string PartnerId, string HandlerId, bool Breached, string Number, string Step = "", string QueueId = "", string SerialNumber = "", string LinkedId = "");

/// <summary>Tickets, their timelines and pauses.</summary>
public static class TicketStore
{
    /// <summary>Among so many somebody finds one that he can do.</summary>
    private const int Unassigned = 200;

    private const string Columns = """
        id AS Id, number AS Number, kind AS Kind, channel AS Channel, severity AS Severity, state AS State,
        partner_id AS PartnerId, partner_name AS PartnerName, partner_version AS PartnerVersion, reporter AS Reporter,
        reporter_phone AS ReporterPhone, subject AS Subject, content AS Content, handler_id AS HandlerId,
        handler_name AS HandlerName, result AS Result, opened_us AS OpenedUs, calendar AS Calendar,
        first_response_limit AS FirstResponseLimit, first_response_due_us AS FirstResponseDueUs,
        first_response_us AS FirstResponseUs, first_response_minutes AS FirstResponseMinutes,
        first_response_breached AS FirstResponseBreached, resolution_limit AS ResolutionLimit,
        resolution_due_us AS ResolutionDueUs, resolved_us AS ResolvedUs, resolution_minutes AS ResolutionMinutes,
        resolution_breached AS ResolutionBreached, closed_us AS ClosedUs, waiting_since_us AS WaitingSinceUs,
        escalation_level AS EscalationLevel, next_escalation_us AS NextEscalationUs, next_due_us AS NextDueUs, wake_us AS WakeUs,
        follow_up_us AS FollowUpUs, follow_up_actor_name AS FollowUpActorName, follow_up_usage AS FollowUpUsage,
        follow_up_needs AS FollowUpNeeds, satisfaction AS Satisfaction, scope_path AS ScopePath, assignee_id AS AssigneeId,
        calendar_key AS CalendarKey, partner_grade AS PartnerGrade, timer_from_us AS TimerFromUs, timer_minutes AS TimerMinutes, step AS Step,
        step_since_us AS StepSinceUs, hand_offs AS HandOffs, serial_numbers AS SerialNumbers, erp_number AS ErpNumber, factory_waybill AS FactoryWaybill,
        reship_waybill AS ReshipWaybill, department AS Department, decision AS Decision, reward AS Reward, warranty AS Warranty,
        warranty_agreement AS WarrantyAgreement, warranty_until AS WarrantyUntil, warranty_us AS WarrantyUs, linked_id AS LinkedId, link AS Link,
        merged_into AS MergedInto, round AS Round, round_from_us AS RoundFromUs, earlier_breached AS EarlierBreached, follow_up_due AS FollowUpDue,
        follow_up_owner_id AS FollowUpOwnerId, phone_digits AS PhoneDigits, queue_id AS QueueId, skill AS Skill,
        replacement_serials AS ReplacementSerials, warranty_serial AS WarrantySerial,
        version AS Version, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO tickets (
            id, number, kind, channel, severity, state, partner_id, partner_name, partner_version, reporter, reporter_phone,
            subject, content, handler_id, handler_name, result, opened_us, calendar, first_response_limit, first_response_due_us,
            first_response_us, first_response_minutes, first_response_breached, resolution_limit, resolution_due_us, resolved_us,
            resolution_minutes, resolution_breached, closed_us, waiting_since_us, escalation_level, next_escalation_us,
            next_due_us, wake_us, follow_up_us, follow_up_actor_name, follow_up_usage, follow_up_needs, satisfaction, scope_path,
            assignee_id, calendar_key, partner_grade, timer_from_us, timer_minutes, step, step_since_us, hand_offs, serial_numbers, erp_number, factory_waybill,
            reship_waybill, department, decision, reward, warranty, warranty_agreement, warranty_until, warranty_us, linked_id, link, merged_into, round,
            round_from_us, earlier_breached, follow_up_due, follow_up_owner_id, phone_digits, queue_id, skill, replacement_serials, warranty_serial,
            version, updated_us)
        VALUES (
            @Id, @Number, @Kind, @Channel, @Severity, @State, @PartnerId, @PartnerName, @PartnerVersion, @Reporter,
            @ReporterPhone, @Subject, @Content, @HandlerId, @HandlerName, @Result, @OpenedUs, @Calendar, @FirstResponseLimit,
            @FirstResponseDueUs, @FirstResponseUs, @FirstResponseMinutes, @FirstResponseBreached, @ResolutionLimit,
            @ResolutionDueUs, @ResolvedUs, @ResolutionMinutes, @ResolutionBreached, @ClosedUs, @WaitingSinceUs, @EscalationLevel,
            @NextEscalationUs, @NextDueUs, @WakeUs, @FollowUpUs, @FollowUpActorName, @FollowUpUsage, @FollowUpNeeds,
            @Satisfaction, @ScopePath, @AssigneeId, @CalendarKey, @PartnerGrade, @TimerFromUs, @TimerMinutes, @Step, @StepSinceUs, @HandOffs, @SerialNumbers, @ErpNumber, @FactoryWaybill,
            @ReshipWaybill, @Department, @Decision, @Reward, @Warranty, @WarrantyAgreement, @WarrantyUntil, @WarrantyUs, @LinkedId, @Link, @MergedInto, @Round,
            @RoundFromUs, @EarlierBreached, @FollowUpDue, @FollowUpOwnerId, @PhoneDigits, @QueueId, @Skill, @ReplacementSerials, @WarrantySerial,
            @Version, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE tickets SET
            version = version + 1, kind = @Kind, severity = @Severity, state = @State, handler_id = @HandlerId, handler_name = @HandlerName,
            result = @Result, calendar = @Calendar, first_response_limit = @FirstResponseLimit,
            first_response_due_us = @FirstResponseDueUs, first_response_us = @FirstResponseUs,
            first_response_minutes = @FirstResponseMinutes, first_response_breached = @FirstResponseBreached,
            resolution_limit = @ResolutionLimit, resolution_due_us = @ResolutionDueUs, resolved_us = @ResolvedUs,
            resolution_minutes = @ResolutionMinutes, resolution_breached = @ResolutionBreached, closed_us = @ClosedUs,
            waiting_since_us = @WaitingSinceUs, escalation_level = @EscalationLevel, next_escalation_us = @NextEscalationUs,
            next_due_us = @NextDueUs, wake_us = @WakeUs, follow_up_us = @FollowUpUs, follow_up_actor_name = @FollowUpActorName,
            follow_up_usage = @FollowUpUsage, follow_up_needs = @FollowUpNeeds, satisfaction = @Satisfaction,
            calendar_key = @CalendarKey, timer_from_us = @TimerFromUs, timer_minutes = @TimerMinutes, step = @Step, step_since_us = @StepSinceUs,
            hand_offs = @HandOffs, erp_number = @ErpNumber, factory_waybill = @FactoryWaybill, reship_waybill = @ReshipWaybill, department = @Department,
            decision = @Decision, reward = @Reward, warranty = @Warranty, warranty_agreement = @WarrantyAgreement, warranty_until = @WarrantyUntil,
            warranty_us = @WarrantyUs, merged_into = @MergedInto, round = @Round, round_from_us = @RoundFromUs, earlier_breached = @EarlierBreached,
            follow_up_due = @FollowUpDue, follow_up_owner_id = @FollowUpOwnerId, queue_id = @QueueId, serial_numbers = @SerialNumbers, skill = @Skill,
            replacement_serials = @ReplacementSerials, warranty_serial = @WarrantySerial,
            updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string UpdateTimer = """
        UPDATE tickets SET next_escalation_us = @NextEscalationUs, wake_us = @WakeUs, calendar_key = @CalendarKey WHERE id = @Id AND version = @Version
        """;
    private const string Select = $"SELECT {Columns} FROM tickets WHERE id = @Id AND {Scope.SqlFilter}";
    private const string SelectAny = $"SELECT {Columns} FROM tickets WHERE id = @Id";
    // Written so that each list walks the index that begins with what it is cut down to, from the key on.
    private const string Page = $"""
        next_due_us >= @AfterDue AND (next_due_us > @AfterDue OR id > @AfterId) AND (@State = '' OR state = @State) AND (@Kind = '' OR kind = @Kind)
          AND (@Breached = 0 OR first_response_breached = 1 OR resolution_breached = 1 OR earlier_breached = 1) AND (@Step = '' OR step = @Step)
          AND (@PartnerId = '' OR partner_id = @PartnerId) AND (@HandlerId = '' OR handler_id = @HandlerId) AND (@QueueId = '' OR queue_id = @QueueId)
          AND (@Number = '' OR number = @Number) AND (@LinkedId = '' OR linked_id = @LinkedId)
          AND (@SerialNumber = '' OR id IN (SELECT ticket_id FROM ticket_devices WHERE serial_number = @SerialNumber))
          AND {Scope.SqlFilter}
        ORDER BY next_due_us, id LIMIT @n
        """;
    private const string SelectPage = $"SELECT {Columns} FROM tickets WHERE {Page}";
    private const string SelectPageOfNumber = $"SELECT {Columns} FROM tickets WHERE number = @Number AND {Page}";
    private const string SelectPageOfDevice = $"""
        SELECT {Columns} FROM tickets WHERE id IN (SELECT ticket_id FROM ticket_devices WHERE serial_number = @SerialNumber) AND {Page}
        """;
    private const string SelectPageOfHandler = $"SELECT {Columns} FROM tickets WHERE handler_id = @HandlerId AND {Page}";
    private const string SelectPageOfPartner = $"SELECT {Columns} FROM tickets WHERE partner_id = @PartnerId AND {Page}";
    private const string SelectPageOfQueue = $"SELECT {Columns} FROM tickets WHERE queue_id = @QueueId AND {Page}";
    private const string SelectPageOfLinked = $"SELECT {Columns} FROM tickets WHERE linked_id = @LinkedId AND {Page}";
    private const string SelectRunningBelow = $"""
        SELECT {Columns} FROM tickets
        WHERE id > @afterId AND state NOT IN ('resolved', 'closed') AND scope_path >= @ScopeLow AND scope_path < @ScopeHigh ORDER BY id LIMIT @n
        """;
    private const string SelectOpenOfHandler = $"""
        SELECT {Columns} FROM tickets WHERE handler_id = @handlerId AND state NOT IN ('resolved', 'closed') ORDER BY id
        """;
    private const string SelectOpenOfPartner = $"""
        SELECT {Columns} FROM tickets WHERE partner_id = @partnerId AND state NOT IN ('resolved', 'closed') AND {Scope.SqlFilter} ORDER BY next_due_us, id LIMIT @n
        """;
    private const string SelectUnassigned = $"""
        SELECT {Columns} FROM tickets
        WHERE queue_id = @queueId AND handler_id IS NULL AND state NOT IN ('resolved', 'closed') AND {Scope.SqlFilter} ORDER BY next_due_us, id LIMIT @n
        """;
    private const string SelectDue = "SELECT id FROM tickets WHERE wake_us <= @now ORDER BY wake_us LIMIT @n";
    private const string InsertEntry = """
        INSERT INTO ticket_entries (ticket_id, version, type, at_us, actor, actor_name, internal, text, state, level, role, handler_id)
        VALUES (@TicketId, @Version, @Type, @AtUs, @Actor, @ActorName, @Internal, @Text, @State, @Level, @Role, @HandlerId)
        """;
    private const string SelectEntries = """
        SELECT ticket_id AS TicketId, version AS Version, type AS Type, at_us AS AtUs, actor AS Actor, actor_name AS ActorName,
               internal AS Internal, text AS Text, state AS State, level AS Level, role AS Role, handler_id AS HandlerId
        FROM ticket_entries WHERE ticket_id = @Id AND version > @After AND (@Staff = 1 OR internal = 0) ORDER BY version LIMIT @n
        """;
    private const string InsertPause = "INSERT INTO ticket_pauses (ticket_id, from_us, until_us) VALUES (@Id, @FromUs, @UntilUs)";
    private const string SelectPauses = "SELECT from_us AS FromUs, until_us AS UntilUs FROM ticket_pauses WHERE ticket_id = @Id ORDER BY from_us";
    // A clock that lags behind another instance's at midnight goes on in the later day; no number comes twice.
    private const string TakeNumber = """
        UPDATE ticket_numbers SET last = CASE WHEN day >= @Day THEN last + 1 ELSE 1 END, day = CASE WHEN day >= @Day THEN day ELSE @Day END
        WHERE kind = @Kind
        """;
    private const string SelectNumber = "SELECT day AS Day, last AS Last FROM ticket_numbers WHERE kind = @Kind";

    public static Task InsertAsync(Tx tx, TicketRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes all but what PartnerChanged keeps up to date; refuses (ABORTED) when somebody was faster.</summary>
    public static async Task UpdateAsync(Tx tx, TicketRow row)
    {
        await tx.UpdateAsync(Update, row, $"tickets/{row.Id}");
        row.Version++;
    }

    /// <summary>Writes what nobody needs to be told: a timer that was stopped because its chain has become shorter, another calendar with the same times.</summary>
    public static Task UpdateTimerAsync(Tx tx, TicketRow row) => tx.ExecuteAsync(UpdateTimer, row);

    public static Task<TicketRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<TicketRow>(Select, new { Id = id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    /// <summary>What somebody is dealing with still, whatever the scope.</summary>
    public static Task<List<TicketRow>> OpenOfHandlerAsync(Session s, string handlerId) => s.QueryAsync<TicketRow>(SelectOpenOfHandler, new { handlerId });

    /// <summary>What is open for a partner, due next first.</summary>
    public static Task<List<TicketRow>> OpenOfPartnerAsync(Session session, string partnerId, Scope scope, int n) =>
        session.QueryAsync<TicketRow>(SelectOpenOfPartner, new { partnerId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>What in a queue is nobody's, due next first.</summary>
    public static Task<List<TicketRow>> UnassignedAsync(Session session, string queueId, Scope scope) =>
        session.QueryAsync<TicketRow>(SelectUnassigned, new { queueId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = Unassigned });

    public static Task<TicketRow?> GetAnyAsync(Session session, string id) => session.FirstOrDefaultAsync<TicketRow>(SelectAny, new { Id = id });

    /// <summary>Tickets after a key, by due time, then id.</summary>
    public static Task<List<TicketRow>> ListAsync(Session session, TicketFilter filter, Scope scope, long afterDue, string afterId, int n)
    {
        var values = new
        {
            filter.State,
            filter.Kind,
            filter.PartnerId,
            filter.HandlerId,
            Breached = filter.Breached ? 1 : 0,
            filter.Number,
            filter.Step,
            filter.QueueId,
            filter.SerialNumber,
            filter.LinkedId,
            AfterDue = afterDue,
            AfterId = afterId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n,
        };
        return filter switch
        {
            { Number.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfNumber, values),
            { SerialNumber.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfDevice, values),
            { LinkedId.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfLinked, values),
            { HandlerId.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfHandler, values),
            { QueueId.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfQueue, values),
            { PartnerId.Length: > 0 } => session.QueryAsync<TicketRow>(SelectPageOfPartner, values),
            _ => session.QueryAsync<TicketRow>(SelectPage, values),
        };
    }

    /// <summary>Tickets below a place that are not settled, after one of them, by id.</summary>
    public static Task<List<TicketRow>> RunningBelowAsync(Session session, Scope scope, string afterId, int n) =>
        session.QueryAsync<TicketRow>(SelectRunningBelow, new { afterId, scope.ScopeLow, scope.ScopeHigh, n });

    /// <summary>Ids of tickets for which the clock has brought something about.</summary>
    public static Task<List<string>> DueAsync(Session session, long now, int n) => session.QueryAsync<string>(SelectDue, new { now, n });

    public static Task InsertEntryAsync(Tx tx, EntryRow entry) => tx.ExecuteAsync(InsertEntry, entry);

    /// <summary>A ticket's entries after a version, in order; the caller has made sure that the ticket may be seen.</summary>
    public static Task<List<EntryRow>> EntriesAsync(Session session, string id, bool staff, long after, int n) =>
        session.QueryAsync<EntryRow>(SelectEntries, new { Id = id, Staff = staff ? 1 : 0, After = after, n });

    public static Task InsertPauseAsync(Tx tx, string id, Pause pause) => tx.ExecuteAsync(InsertPause, new { Id = id, pause.FromUs, pause.UntilUs });

    /// <summary>When it waited, or was settled; in order.</summary>
    public static async Task<List<Pause>> PausesAsync(Session session, string id) =>
        [.. (await session.QueryAsync<PauseRow>(SelectPauses, new { Id = id })).Select(row => new Pause(row.FromUs, row.UntilUs))];

    /// <summary>Takes the next number of the kind and day; part of the transaction, so a ticket that is not opened leaves no gap.</summary>
    public static async Task<string> NextNumberAsync(Tx tx, string kind, string letters, DateOnly day)
    {
        await tx.ExecuteAsync(TakeNumber, new { Kind = kind, Day = day });
        var taken = await tx.FirstOrDefaultAsync<NumberRow>(SelectNumber, new { Kind = kind }) ?? throw new InvalidOperationException($"There is no number register for {kind}.");
        return $"{letters}-{taken.Day:yyyyMMdd}-{taken.Last:0000}";
    }

    private sealed class PauseRow
    {
        public long FromUs { get; set; }
        public long UntilUs { get; set; }
    }

    private sealed class NumberRow
    {
        public DateOnly Day { get; set; }
        public long Last { get; set; }
    }
}
