import type { Enum, Words } from '../kit/words';

export const evaluationState: Words<Enum<'reporting.EvaluationState'>> = {
  EVALUATION_STATE_UNSPECIFIED: ['–', '–'],
  EVALUATION_STATE_OPEN: ['评分中', 'Open', 'info'],
  EVALUATION_STATE_PUBLISHED: ['已公布', 'Published', 'good'],
  EVALUATION_STATE_APPEALED: ['已申诉', 'Appealed', 'warn'],
  EVALUATION_STATE_DECIDED: ['申诉已裁定', 'Decided', 'good'],
};

export const evaluationCycle: Words<Enum<'reporting.EvaluationCycle'>> = {
  EVALUATION_CYCLE_UNSPECIFIED: ['–', '–'],
  EVALUATION_CYCLE_MONTHLY: ['月度', 'Monthly'],
  EVALUATION_CYCLE_QUARTERLY: ['季度', 'Quarterly'],
  EVALUATION_CYCLE_YEARLY: ['年度', 'Yearly'],
};

export const scoreKind: Words<Enum<'reporting.ScoreKind'>> = {
  SCORE_KIND_UNSPECIFIED: ['–', '–'],
  SCORE_KIND_COMPUTED: ['数据计算', 'Computed'],
  SCORE_KIND_SELF: ['自评', 'Self'],
  SCORE_KIND_SUPERIOR: ['上级', 'Superior'],
  SCORE_KIND_PEER: ['同事', 'Peer'],
  SCORE_KIND_CLIENT: ['客户', 'Client'],
};
