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
