import type { Enum, Words } from '../kit/words';

export const decompositionLevel: Words<Enum<'reporting.DecompositionLevel'>> = {
  DECOMPOSITION_LEVEL_UNSPECIFIED: ['–', '–'],
  DECOMPOSITION_LEVEL_CENTRE: ['中心', 'Centre'],
  DECOMPOSITION_LEVEL_MANAGER: ['销售经理', 'Manager'],
  DECOMPOSITION_LEVEL_SALESPERSON: ['业务员', 'Salesperson'],
};

export const decompositionState: Words<Enum<'reporting.DecompositionState'>> = {
  DECOMPOSITION_STATE_UNSPECIFIED: ['–', '–'],
  DECOMPOSITION_STATE_DRAFT: ['草稿', 'Draft', 'warn'],
  DECOMPOSITION_STATE_ISSUED: ['已下达', 'Issued', 'good'],
};

export const stageKind: Words<Enum<'reporting.StageKind'>> = {
  STAGE_KIND_UNSPECIFIED: ['–', '–'],
  STAGE_KIND_PREPARE: ['准备', 'Prepare'],
  STAGE_KIND_START: ['启动', 'Start'],
  STAGE_KIND_ROUND_ONE: ['第一轮', 'Round one'],
  STAGE_KIND_ROUND_TWO: ['第二轮', 'Round two'],
  STAGE_KIND_FINISH: ['收尾', 'Finish'],
};
