-- The roster of before: its rows went into enrolments with 0002, and nothing reads it any more.
DROP TABLE trainees;
