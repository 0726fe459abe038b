-- Tickets 工单, their timeline and pauses; the policies and chains they are held to.
CREATE TABLE tickets (
    id                      TEXT    NOT NULL PRIMARY KEY,
    number                  TEXT    NOT NULL UNIQUE,
    kind                    TEXT    NOT NULL,
    channel                 TEXT    NOT NULL,
    severity                TEXT    NOT NULL,
    state                   TEXT    NOT NULL,
    partner_id              TEXT    NOT NULL,
    partner_name            TEXT    NOT NULL,
    partner_version         INTEGER NOT NULL,
    reporter                TEXT    NOT NULL,
    reporter_phone          TEXT    NOT NULL,
    subject                 TEXT    NOT NULL,
    content                 TEXT    NOT NULL,
    handler_id              TEXT    NULL,
    handler_name            TEXT    NULL,
    result                  TEXT    NULL,
    opened_us               INTEGER NOT NULL,
    calendar                TEXT    NOT NULL,
    first_response_limit    INTEGER NULL,
    first_response_due_us   INTEGER NULL,
    first_response_us       INTEGER NULL,
    first_response_minutes  INTEGER NULL,
    first_response_breached INTEGER NOT NULL,
    resolution_limit        INTEGER NULL,
    resolution_due_us       INTEGER NULL,
    resolved_us             INTEGER NULL,
    resolution_minutes      INTEGER NULL,
    resolution_breached     INTEGER NOT NULL,
    closed_us               INTEGER NULL,
    waiting_since_us        INTEGER NULL,
    escalation_level        INTEGER NOT NULL,
    next_escalation_us      INTEGER NULL,
    next_due_us             INTEGER NOT NULL,
    wake_us                 INTEGER NULL,
    follow_up_us            INTEGER NULL,
    follow_up_actor_name    TEXT    NULL,
    follow_up_usage         TEXT    NULL,
    follow_up_needs         TEXT    NULL,
    satisfaction            INTEGER NULL,
    scope_path              TEXT    NOT NULL,
    assignee_id             TEXT    NULL,
    version                 INTEGER NOT NULL,
    updated_us              INTEGER NOT NULL
);
CREATE INDEX ix_tickets_due ON tickets (next_due_us, id);
CREATE INDEX ix_tickets_wake ON tickets (wake_us) WHERE wake_us IS NOT NULL;
CREATE INDEX ix_tickets_partner ON tickets (partner_id);

-- One entry for each version of a ticket: what made it.
CREATE TABLE ticket_entries (
    ticket_id  TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    at_us      INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    actor_name TEXT    NOT NULL,
    internal   INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    level      INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    handler_id TEXT    NOT NULL,
    PRIMARY KEY (ticket_id, version)
) WITHOUT ROWID;

-- When a ticket waited for its client; a pause that still lasts is tickets.waiting_since_us.
CREATE TABLE ticket_pauses (
    ticket_id TEXT    NOT NULL,
    from_us   INTEGER NOT NULL,
    until_us  INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, from_us)
) WITHOUT ROWID;

-- The last number given out of each kind, and its day.
CREATE TABLE ticket_numbers (
    kind TEXT    NOT NULL PRIMARY KEY,
    day  TEXT    NOT NULL,
    last INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO ticket_numbers (kind, day, last) VALUES
    ('consultation', '2000-01-01', 0), ('complaint', '2000-01-01', 0), ('suggestion', '2000-01-01', 0),
    ('service-request', '2000-01-01', 0), ('repair', '2000-01-01', 0), ('return', '2000-01-01', 0);

-- What the dealer service last told of a partner: an event may overtake the ticket that is being opened.
CREATE TABLE known_partners (
    id          TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    scope_path  TEXT    NOT NULL,
    assignee_id TEXT    NULL,
    version     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sla_policies (
    id                     TEXT    NOT NULL PRIMARY KEY,
    organisation_id        TEXT    NOT NULL,
    kind                   TEXT    NOT NULL,
    severity               TEXT    NOT NULL,
    first_response_minutes INTEGER NULL,
    resolution_minutes     INTEGER NULL,
    calendar               TEXT    NOT NULL,
    scope_path             TEXT    NOT NULL,
    version                INTEGER NOT NULL,
    updated_us             INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_sla_policies_kind ON sla_policies (kind, severity);

-- Inferred: the manuals give no minutes. A working day has 450. Suggestions need an answer, but no result by a given time.
INSERT INTO sla_policies (id, organisation_id, kind, severity, first_response_minutes, resolution_minutes, calendar, scope_path, version, updated_us) VALUES
    ('hq-consultation-normal',    'hq', 'consultation',    'normal', 120,  450, 'working', '/hq/', 1, 0),
    ('hq-consultation-major',     'hq', 'consultation',    'major',   60,  225, 'working', '/hq/', 1, 0),
    ('hq-complaint-normal',       'hq', 'complaint',       'normal',  60, 1350, 'working', '/hq/', 1, 0),
    ('hq-complaint-major',        'hq', 'complaint',       'major',   30,  450, 'working', '/hq/', 1, 0),
    ('hq-suggestion-normal',      'hq', 'suggestion',      'normal', 450, NULL, 'working', '/hq/', 1, 0),
    ('hq-suggestion-major',       'hq', 'suggestion',      'major',  225, NULL, 'working', '/hq/', 1, 0),
    ('hq-service-request-normal', 'hq', 'service-request', 'normal', 120,  900, 'working', '/hq/', 1, 0),
    ('hq-service-request-major',  'hq', 'service-request', 'major',   60,  450, 'working', '/hq/', 1, 0),
    ('hq-repair-normal',          'hq', 'repair',          'normal', 225, 2250, 'working', '/hq/', 1, 0),
    ('hq-repair-major',           'hq', 'repair',          'major',  120, 1350, 'working', '/hq/', 1, 0),
    ('hq-return-normal',          'hq', 'return',          'normal', 225, 2250, 'working', '/hq/', 1, 0),
    ('hq-return-major',           'hq', 'return',          'major',  120, 1350, 'working', '/hq/', 1, 0);

-- steps: JSON, [{"afterMinutes":0,"role":"…"}], the first is level 1.
CREATE TABLE escalation_chains (
    id              TEXT    NOT NULL PRIMARY KEY,
    organisation_id TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    steps           TEXT    NOT NULL,
    scope_path      TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_escalation_chains_kind ON escalation_chains (kind);

-- The order salesperson, manager, GM is the manuals'; the minutes are inferred. A complaint 投诉 begins with the superior
-- of those who take it.
INSERT INTO escalation_chains (id, organisation_id, kind, steps, scope_path, version, updated_us) VALUES
    ('hq-complaint', 'hq', 'complaint', '[{"afterMinutes":0,"role":"after-sales-manager"},{"afterMinutes":60,"role":"sales-manager"},{"afterMinutes":120,"role":"centre-general-manager"}]', '/hq/', 1, 0),
    ('hq-consultation', 'hq', 'consultation', '[{"afterMinutes":0,"role":"salesperson"},{"afterMinutes":120,"role":"sales-manager"},{"afterMinutes":240,"role":"centre-general-manager"}]', '/hq/', 1, 0),
    ('hq-suggestion', 'hq', 'suggestion', '[{"afterMinutes":0,"role":"salesperson"},{"afterMinutes":450,"role":"sales-manager"},{"afterMinutes":900,"role":"centre-general-manager"}]', '/hq/', 1, 0),
    ('hq-service-request', 'hq', 'service-request', '[{"afterMinutes":0,"role":"salesperson"},{"afterMinutes":120,"role":"sales-manager"},{"afterMinutes":240,"role":"centre-general-manager"}]', '/hq/', 1, 0),
    ('hq-repair', 'hq', 'repair', '[{"afterMinutes":0,"role":"salesperson"},{"afterMinutes":225,"role":"sales-manager"},{"afterMinutes":450,"role":"centre-general-manager"}]', '/hq/', 1, 0),
    ('hq-return', 'hq', 'return', '[{"afterMinutes":0,"role":"salesperson"},{"afterMinutes":225,"role":"sales-manager"},{"afterMinutes":450,"role":"centre-general-manager"}]', '/hq/', 1, 0);
