import { Input, InputNumber } from 'antd';
import { CityPicker } from '../../kit/divisions';
import type { EditField } from '../../kit/edit';
import { PartnerLink, PartnerPicker } from '../../kit/names';
import { useTexts } from '../../kit/texts';
import { networkTexts } from './texts';

/** What people may change of a partner. */
export function usePartnerFields(): EditField[] {
  const t = useTexts(networkTexts);
  return [
    { name: 'displayName', label: t.name, required: true },
    { name: 'cityCode', label: t.city, required: true, input: <CityPicker /> },
    { name: 'parent', label: t.agent, input: <PartnerPicker kind="PARTNER_KIND_CITY_AGENT" />, show: value => (value ? <PartnerLink name={String(value)} /> : '–') },
    { name: 'address', label: t.address },
    { name: 'contact', label: t.contact },
    { name: 'phone', label: t.phone },
    { name: 'brands', label: t.brands },
    { name: 'annualVolume', label: t.volume, numeric: true, input: <InputNumber min={0} precision={0} style={{ width: 160 }} /> },
    { name: 'advantage', label: t.advantage, input: <Input.TextArea rows={2} maxLength={500} /> },
  ];
}
