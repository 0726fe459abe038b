-- Money: instalments 分期收款, receipt and invoice requests 收款/开票申请单, dunning 催款, the partners' accounts 往来账 and their
-- half-yearly reconciliation 核对往来账. What belongs to a partner is seen where the partner is: only partners have a place.
ALTER TABLE agreements ADD COLUMN schedule_json TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agreements ADD COLUMN schedule_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE partners ADD COLUMN organisation_id TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_partners_scope ON partners (scope_path);
UPDATE partners SET organisation_id = COALESCE((SELECT MAX(a.organisation_id) FROM agreements a WHERE a.partner_id = partners.id), '');

-- Open is the amount less what was paid and written off; requested, what receipt requests under way are for, is never more.
CREATE TABLE instalments (
    id                    TEXT    NOT NULL PRIMARY KEY,
    version               INTEGER NOT NULL,
    agreement_id          TEXT    NOT NULL REFERENCES agreements (id),
    partner_id            TEXT    NOT NULL,
    number                INTEGER NOT NULL,
    due_date              TEXT    NOT NULL,
    purpose               TEXT    NOT NULL,
    amount_fen            INTEGER NOT NULL,
    paid_fen              INTEGER NOT NULL,
    written_off_fen       INTEGER NOT NULL,
    open_fen              INTEGER NOT NULL,
    requested_fen         INTEGER NOT NULL,
    invoiced_fen          INTEGER NOT NULL,
    invoice_requested_fen INTEGER NOT NULL,
    dropped               INTEGER NOT NULL,
    write_off_reason      TEXT    NOT NULL,
    alerted_offset        INTEGER NULL,
    next_alert            TEXT    NOT NULL,
    created_us            INTEGER NOT NULL,
    updated_us            INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_instalments_number ON instalments (agreement_id, number);
CREATE INDEX ix_instalments_partner ON instalments (partner_id, due_date, id);
CREATE INDEX ix_instalments_due ON instalments (due_date, id);
CREATE INDEX ix_instalments_open ON instalments (due_date, id) WHERE open_fen > 0;
CREATE INDEX ix_instalments_alert ON instalments (next_alert) WHERE open_fen > 0;

CREATE TABLE payment_requests (
    id               TEXT    NOT NULL PRIMARY KEY,
    version          INTEGER NOT NULL,
    kind             TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    partner_id       TEXT    NOT NULL,
    lines_json       TEXT    NOT NULL,
    amount_fen       INTEGER NOT NULL,
    note             TEXT    NOT NULL,
    since_us         INTEGER NOT NULL,
    steps_json       TEXT    NOT NULL,
    settled_fen      INTEGER NOT NULL,
    settled_date     TEXT    NULL,
    allocations_json TEXT    NOT NULL,
    document_number  TEXT    NULL,
    signer_name      TEXT    NOT NULL,
    signed_date      TEXT    NULL,
    attachment       TEXT    NOT NULL,
    drafter_id       TEXT    NOT NULL,
    drafter_name     TEXT    NOT NULL,
    created_us       INTEGER NOT NULL,
    updated_us       INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_payment_requests_invoice ON payment_requests (document_number) WHERE kind = 'invoice' AND document_number IS NOT NULL;
CREATE INDEX ix_payment_requests_state ON payment_requests (state, id);
CREATE INDEX ix_payment_requests_partner ON payment_requests (partner_id, id);

CREATE TABLE dunning_steps (
    id            TEXT    NOT NULL PRIMARY KEY,
    instalment_id TEXT    NOT NULL REFERENCES instalments (id),
    way           TEXT    NOT NULL,
    note          TEXT    NOT NULL,
    promised_date TEXT    NULL,
    open_fen      INTEGER NOT NULL,
    days_overdue  INTEGER NOT NULL,
    actor_id      TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    created_us    INTEGER NOT NULL
);
CREATE INDEX ix_dunning_steps_instalment ON dunning_steps (instalment_id, id);

-- What moves a partner's account; up to today nothing is ever changed or taken out, only what falls due later.
CREATE TABLE account_entries (
    id            TEXT    NOT NULL PRIMARY KEY,
    partner_id    TEXT    NOT NULL,
    entry_date    TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    instalment_id TEXT    NULL,
    description   TEXT    NOT NULL,
    amount_fen    INTEGER NOT NULL,
    invoiced_fen  INTEGER NOT NULL,
    created_us    INTEGER NOT NULL
);
CREATE INDEX ix_account_entries_partner ON account_entries (partner_id, entry_date, id, kind, amount_fen, invoiced_fen);
CREATE INDEX ix_account_entries_instalment ON account_entries (instalment_id) WHERE instalment_id IS NOT NULL;

CREATE TABLE reconciliations (
    id                TEXT    NOT NULL PRIMARY KEY,
    version           INTEGER NOT NULL,
    organisation_id   TEXT    NOT NULL,
    organisation_name TEXT    NOT NULL,
    scope_path        TEXT    NOT NULL,
    assignee_id       TEXT    NULL,
    cutoff_date       TEXT    NOT NULL,
    period            TEXT    NOT NULL,
    creator_id        TEXT    NOT NULL,
    creator_name      TEXT    NOT NULL,
    created_us        INTEGER NOT NULL,
    done_us           INTEGER NULL
);
CREATE UNIQUE INDEX ux_reconciliations_period ON reconciliations (organisation_id, period);

-- The account is the partner's as it was when the statement was made: whatever it is merged into, it has one in a half-year.
CREATE TABLE reconciliation_statements (
    id                    TEXT    NOT NULL PRIMARY KEY,
    version               INTEGER NOT NULL,
    reconciliation_id     TEXT    NOT NULL REFERENCES reconciliations (id),
    account_id            TEXT    NOT NULL,
    partner_id            TEXT    NOT NULL,
    period                TEXT    NOT NULL,
    cutoff_date           TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    our_fen               INTEGER NOT NULL,
    due_fen               INTEGER NOT NULL,
    received_fen          INTEGER NOT NULL,
    invoiced_fen          INTEGER NOT NULL,
    their_fen             INTEGER NULL,
    their_note            TEXT    NOT NULL,
    answered_by           TEXT    NOT NULL,
    difference_fen        INTEGER NOT NULL,
    items_json            TEXT    NOT NULL,
    explained_by          TEXT    NOT NULL,
    adjustment_fen        INTEGER NOT NULL,
    finance_approver      TEXT    NOT NULL,
    finance_approver_name TEXT    NOT NULL,
    manager_approver      TEXT    NOT NULL,
    manager_approver_name TEXT    NOT NULL,
    timeline_json         TEXT    NOT NULL,
    created_us            INTEGER NOT NULL,
    updated_us            INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_reconciliation_statements_account ON reconciliation_statements (period, account_id);
CREATE INDEX ix_reconciliation_statements_state ON reconciliation_statements (reconciliation_id, state, id);
CREATE INDEX ix_reconciliation_statements_partner ON reconciliation_statements (partner_id, id);
