import { texts } from '../../kit/texts';

export const networkTexts = texts({
  partners: ['机构', 'Partners'],
  search: ['搜索名称、城市、联系人、电话，支持拼音和首字母', 'Search name, city, contact, phone; pinyin or its initials'],
  stage: ['阶段', 'Stage'],
  kind: ['类型', 'Kind'],
  name: ['名称', 'Name'],
  city: ['城市', 'City'],
  contact: ['联系人', 'Contact'],
  phone: ['电话', 'Phone'],
  brands: ['主营车型', 'Brands'],
  volume: ['年销量', 'Cars a year'],
  updated: ['更新', 'Updated'],
});
