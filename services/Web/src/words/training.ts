import type { Enum, Words } from '../kit/words';

export const trainingState: Words<Enum<'training.TrainingState'>> = {
  TRAINING_STATE_UNSPECIFIED: ['–', '–'],
  TRAINING_STATE_REQUESTED: ['已申请', 'Requested', 'info'],
  TRAINING_STATE_SCHEDULED: ['已排期', 'Scheduled', 'info'],
  TRAINING_STATE_HELD: ['已举办', 'Held', 'good'],
  TRAINING_STATE_EVALUATED: ['已评估', 'Evaluated', 'good'],
  TRAINING_STATE_FILED: ['已归档', 'Filed'],
  TRAINING_STATE_REJECTED: ['已驳回', 'Rejected', 'bad'],
  TRAINING_STATE_CANCELLED: ['已取消', 'Cancelled'],
};

export const trainingWay: Words<Enum<'training.TrainingWay'>> = {
  TRAINING_WAY_UNSPECIFIED: ['–', '–'],
  TRAINING_WAY_INTERNAL: ['内训', 'Internal'],
  TRAINING_WAY_ONLINE: ['线上', 'Online'],
  TRAINING_WAY_PRACTICE: ['实操', 'Practice'],
  TRAINING_WAY_EXTERNAL: ['外训', 'External'],
};

export const sessionState: Words<Enum<'training.TrainingSessionState'>> = {
  TRAINING_SESSION_STATE_UNSPECIFIED: ['–', '–'],
  TRAINING_SESSION_STATE_SCHEDULED: ['已排期', 'Scheduled', 'info'],
  TRAINING_SESSION_STATE_HELD: ['已举办', 'Held', 'good'],
  TRAINING_SESSION_STATE_CLOSED: ['已结束', 'Closed'],
  TRAINING_SESSION_STATE_CANCELLED: ['已取消', 'Cancelled', 'bad'],
};

export const attendance: Words<Enum<'training.Attendance'>> = {
  ATTENDANCE_UNSPECIFIED: ['–', '–'],
  ATTENDANCE_EXPECTED: ['待签到', 'Expected'],
  ATTENDANCE_ATTENDED: ['已到', 'Attended', 'good'],
  ATTENDANCE_ABSENT: ['缺席', 'Absent', 'bad'],
  ATTENDANCE_EXCUSED: ['请假', 'Excused', 'warn'],
};

export const certificateState: Words<Enum<'training.CertificateState'>> = {
  CERTIFICATE_STATE_UNSPECIFIED: ['–', '–'],
  CERTIFICATE_STATE_VALID: ['有效', 'Valid', 'good'],
  CERTIFICATE_STATE_EXPIRED: ['已过期', 'Expired', 'warn'],
  CERTIFICATE_STATE_REVOKED: ['已撤销', 'Revoked', 'bad'],
};

export const questionKind: Words<Enum<'training.QuestionKind'>> = {
  QUESTION_KIND_UNSPECIFIED: ['–', '–'],
  QUESTION_KIND_SINGLE: ['单选题', 'One is right'],
  QUESTION_KIND_MULTIPLE: ['多选题', 'Several may be right'],
  QUESTION_KIND_TRUE_FALSE: ['判断题', 'True or false'],
};

export const trainingPlanState: Words<Enum<'training.TrainingPlanState'>> = {
  TRAINING_PLAN_STATE_UNSPECIFIED: ['–', '–'],
  TRAINING_PLAN_STATE_DRAFT: ['草稿', 'Draft'],
  TRAINING_PLAN_STATE_SUBMITTED: ['待审批', 'Submitted', 'info'],
  TRAINING_PLAN_STATE_APPROVED: ['已批准', 'Approved', 'good'],
  TRAINING_PLAN_STATE_RETURNED: ['已退回', 'Returned', 'warn'],
};
