-- Money: instalments 分期收款, receipt and invoice requests 收款/开票申请单, dunning 催款, the partners' accounts 往来账 and their
-- half-yearly reconciliation 核对往来账. What belongs to a partner is seen where the partner is: only partners have a place.
ALTER TABLE agreements ADD schedule_json NVARCHAR(MAX) NOT NULL DEFAULT '[]';
ALTER TABLE agreements ADD schedule_reason NVARCHAR(1000) NOT NULL DEFAULT '';
ALTER TABLE partners ADD organisation_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL DEFAULT '';
CREATE INDEX ix_partners_scope ON partners (scope_path);
GO
UPDATE partners SET organisation_id = COALESCE((SELECT MAX(a.organisation_id) FROM agreements a WHERE a.partner_id = partners.id), '');

-- Open is the amount less what was paid and written off; requested, what receipt requests under way are for, is never more.
CREATE TABLE instalments (
    id                    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version               BIGINT NOT NULL,
    agreement_id          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES agreements (id),
    partner_id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    number                BIGINT NOT NULL,
    due_date              DATE NOT NULL,
    purpose               NVARCHAR(400) NOT NULL,
    amount_fen            BIGINT NOT NULL,
    paid_fen              BIGINT NOT NULL,
    written_off_fen       BIGINT NOT NULL,
    open_fen              BIGINT NOT NULL,
    requested_fen         BIGINT NOT NULL,
    invoiced_fen          BIGINT NOT NULL,
    invoice_requested_fen BIGINT NOT NULL,
    dropped               BIGINT NOT NULL,
    write_off_reason      NVARCHAR(2000) NOT NULL,
    alerted_offset        BIGINT NULL,
    next_alert            DATE NOT NULL,
    created_us            BIGINT NOT NULL,
    updated_us            BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_instalments_number ON instalments (agreement_id, number);
CREATE INDEX ix_instalments_partner ON instalments (partner_id, due_date, id);
CREATE INDEX ix_instalments_due ON instalments (due_date, id);
CREATE INDEX ix_instalments_open ON instalments (due_date, id) WHERE open_fen > 0;
CREATE INDEX ix_instalments_alert ON instalments (next_alert) WHERE open_fen > 0;

CREATE TABLE payment_requests (
    id               NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version          BIGINT NOT NULL,
    kind             NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    state            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    lines_json       NVARCHAR(MAX) NOT NULL,
    amount_fen       BIGINT NOT NULL,
    note             NVARCHAR(2000) NOT NULL,
    since_us         BIGINT NOT NULL,
    steps_json       NVARCHAR(MAX) NOT NULL,
    settled_fen      BIGINT NOT NULL,
    settled_date     DATE NULL,
    allocations_json NVARCHAR(MAX) NOT NULL,
    document_number  NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    signer_name      NVARCHAR(400) NOT NULL,
    signed_date      DATE NULL,
    attachment       NVARCHAR(400) NOT NULL,
    drafter_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    drafter_name     NVARCHAR(400) NOT NULL,
    created_us       BIGINT NOT NULL,
    updated_us       BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_payment_requests_invoice ON payment_requests (document_number) WHERE kind = 'invoice' AND document_number IS NOT NULL;
CREATE INDEX ix_payment_requests_state ON payment_requests (state, id);
CREATE INDEX ix_payment_requests_partner ON payment_requests (partner_id, id);

CREATE TABLE dunning_steps (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    instalment_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES instalments (id),
    way           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    note          NVARCHAR(2000) NOT NULL,
    promised_date DATE NULL,
    open_fen      BIGINT NOT NULL,
    days_overdue  BIGINT NOT NULL,
    actor_id      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    actor_name    NVARCHAR(400) NOT NULL,
    created_us    BIGINT NOT NULL
);
CREATE INDEX ix_dunning_steps_instalment ON dunning_steps (instalment_id, id);

-- What moves a partner's account; up to today nothing is ever changed or taken out, only what falls due later.
CREATE TABLE account_entries (
    id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    partner_id    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    entry_date    DATE NOT NULL,
    kind          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    source        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    instalment_id NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    description   NVARCHAR(2000) NOT NULL,
    amount_fen    BIGINT NOT NULL,
    invoiced_fen  BIGINT NOT NULL,
    created_us    BIGINT NOT NULL
);
CREATE INDEX ix_account_entries_partner ON account_entries (partner_id, entry_date, id, kind, amount_fen, invoiced_fen);
CREATE INDEX ix_account_entries_instalment ON account_entries (instalment_id) WHERE instalment_id IS NOT NULL;

CREATE TABLE reconciliations (
    id                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version           BIGINT NOT NULL,
    organisation_id   NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    organisation_name NVARCHAR(400) NOT NULL,
    scope_path        NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
    assignee_id       NVARCHAR(100) COLLATE Latin1_General_BIN2 NULL,
    cutoff_date       DATE NOT NULL,
    period            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    creator_id        NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    creator_name      NVARCHAR(400) NOT NULL,
    created_us        BIGINT NOT NULL,
    done_us           BIGINT NULL
);
CREATE UNIQUE INDEX ux_reconciliations_period ON reconciliations (organisation_id, period);

-- The account is the partner's as it was when the statement was made: whatever it is merged into, it has one in a half-year.
CREATE TABLE reconciliation_statements (
    id                    NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY,
    version               BIGINT NOT NULL,
    reconciliation_id     NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL REFERENCES reconciliations (id),
    account_id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    partner_id            NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    period                NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    cutoff_date           DATE NOT NULL,
    state                 NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    our_fen               BIGINT NOT NULL,
    due_fen               BIGINT NOT NULL,
    received_fen          BIGINT NOT NULL,
    invoiced_fen          BIGINT NOT NULL,
    their_fen             BIGINT NULL,
    their_note            NVARCHAR(2000) NOT NULL,
    answered_by           NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    difference_fen        BIGINT NOT NULL,
    items_json            NVARCHAR(MAX) NOT NULL,
    explained_by          NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    adjustment_fen        BIGINT NOT NULL,
    finance_approver      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    finance_approver_name NVARCHAR(400) NOT NULL,
    manager_approver      NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
    manager_approver_name NVARCHAR(400) NOT NULL,
    timeline_json         NVARCHAR(MAX) NOT NULL,
    created_us            BIGINT NOT NULL,
    updated_us            BIGINT NOT NULL
);
CREATE UNIQUE INDEX ux_reconciliation_statements_account ON reconciliation_statements (period, account_id);
CREATE INDEX ix_reconciliation_statements_state ON reconciliation_statements (reconciliation_id, state, id);
CREATE INDEX ix_reconciliation_statements_partner ON reconciliation_statements (partner_id, id);
