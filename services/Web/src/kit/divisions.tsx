import { Select } from 'antd';
import cityLines from '../../../Platform/Data/divisions-cities.csv?raw';
import provinceLines from '../../../Platform/Data/divisions-provinces.csv?raw';

export interface Division {
  code: string;
  name: string;
}

/** Provinces and cities by GB/T 2260, as the services know them. */
const read = (lines: string): string[][] => lines.trim().split(/\r?\n/).slice(1).map(line => line.split(',').map(cell => cell.replaceAll('"', '')));

export const provinces: readonly Division[] = read(provinceLines).map(([code = '', name = '']) => ({ code, name }));

/** "内蒙古自治区" is 内蒙古, "江苏省" is 江苏. */
export const shortName = (name: string) => name.replace(/(壮族|回族|维吾尔)?(省|市|自治区|特别行政区)$/, '');

/** Codes that the services have no cities of. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['71', '台湾'],
  ['81', '香港'],
  ['82', '澳门'],
];

const nameOfProvince = new Map([...provinces.map(({ code, name }) => [code, shortName(name)] as const), ...OTHERS]);

export const provinceOf = (cityCode: string | undefined) => (cityCode ?? '').slice(0, 2);
export const provinceName = (code: string) => nameOfProvince.get(code) ?? code;

/** A municipality's only city is written as its districts; people call it by its own name. */
export const cities: readonly Division[] = read(cityLines).map(([code = '', name = '']) => ({ code, name: name === '市辖区' || name === '县' ? provinceName(code.slice(0, 2)) : name }));

const options = cities.map(({ code, name }) => ({ value: code, label: `${provinceName(code.slice(0, 2))} ${name}`, code }));

export function CityPicker({ value, onChange, label, ...rest }: { value?: string; onChange?: (code: string | undefined) => void; id?: string; label?: string; placeholder?: string; style?: React.CSSProperties }) {
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: ['label', 'code'] }}
      options={options}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
      aria-label={label}
      {...rest}
    />
  );
}
