-- Tickets 工单, their timeline and pauses; the policies and chains they are held to.
CREATE TABLE tickets (
    id                      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    number                  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL UNIQUE,
    kind                    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    channel                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    severity                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_name            NVARCHAR(400) NOT NULL,
    partner_version         BIGINT NOT NULL,
    reporter                NVARCHAR(400) NOT NULL,
    reporter_phone          NVARCHAR(400) NOT NULL,
    subject                 NVARCHAR(400) NOT NULL,
    content                 NVARCHAR(MAX) NOT NULL,
    handler_id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    handler_name            NVARCHAR(400) NULL,
    result                  NVARCHAR(MAX) NULL,
    opened_us               BIGINT NOT NULL,
    calendar                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    first_response_limit    BIGINT NULL,
    first_response_due_us   BIGINT NULL,
    first_response_us       BIGINT NULL,
    first_response_minutes  BIGINT NULL,
    first_response_breached BIGINT NOT NULL,
    resolution_limit        BIGINT NULL,
    resolution_due_us       BIGINT NULL,
    resolved_us             BIGINT NULL,
    resolution_minutes      BIGINT NULL,
    resolution_breached     BIGINT NOT NULL,
    closed_us               BIGINT NULL,
    waiting_since_us        BIGINT NULL,
    escalation_level        BIGINT NOT NULL,
    next_escalation_us      BIGINT NULL,
    next_due_us             BIGINT NOT NULL,
    wake_us                 BIGINT NULL,
    follow_up_us            BIGINT NULL,
    follow_up_actor_name    NVARCHAR(400) NULL,
    follow_up_usage         NVARCHAR(2000) NULL,
    follow_up_needs         NVARCHAR(2000) NULL,
    satisfaction            BIGINT NULL,
    scope_path              NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id             NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version                 BIGINT NOT NULL,
    updated_us              BIGINT NOT NULL
);
CREATE INDEX ix_tickets_due ON tickets (next_due_us, id);
CREATE INDEX ix_tickets_wake ON tickets (wake_us) WHERE wake_us IS NOT NULL;
CREATE INDEX ix_tickets_partner ON tickets (partner_id);

-- One entry for each version of a ticket: what made it.
CREATE TABLE ticket_entries (
    ticket_id  NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    version    BIGINT NOT NULL,
    type       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    at_us      BIGINT NOT NULL,
    actor      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    actor_name NVARCHAR(400) NOT NULL,
    internal   BIGINT NOT NULL,
    text       NVARCHAR(MAX) NOT NULL,
    state      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    level      BIGINT NOT NULL,
    role       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    handler_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    PRIMARY KEY (ticket_id, version)
);

-- When a ticket waited for its client; a pause that still lasts is tickets.waiting_since_us.
CREATE TABLE ticket_pauses (
    ticket_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    from_us   BIGINT NOT NULL,
    until_us  BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, from_us)
);

-- The last number given out of each kind, and its day.
CREATE TABLE ticket_numbers (
    kind NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    day  DATE NOT NULL,
    last BIGINT NOT NULL
);
INSERT INTO ticket_numbers (kind, day, last) VALUES
    ('consultation', '2000-01-01', 0), ('complaint', '2000-01-01', 0), ('suggestion', '2000-01-01', 0),
    ('service-request', '2000-01-01', 0), ('repair', '2000-01-01', 0), ('return', '2000-01-01', 0);

-- What the dealer service last told of a partner: an event may overtake the ticket that is being opened.
CREATE TABLE known_partners (
    id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    name        NVARCHAR(400) NOT NULL,
    scope_path  NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    version     BIGINT NOT NULL
);

CREATE TABLE sla_policies (
    id                     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind                   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    severity               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    first_response_minutes BIGINT NULL,
    resolution_minutes     BIGINT NULL,
    calendar               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    scope_path             NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version                BIGINT NOT NULL,
    updated_us             BIGINT NOT NULL
);
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
    id              NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    kind            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    steps           NVARCHAR(MAX) NOT NULL,
    scope_path      NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    version         BIGINT NOT NULL,
    updated_us      BIGINT NOT NULL
);
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
