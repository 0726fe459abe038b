import { Select } from 'antd';
import { askRaw } from '../api/client';
import { useLoad } from '../api/queries';

interface EventDocument {
  components?: { messages?: Record<string, { name?: string; summary?: string }> };
}

/** Every type of event, and what it says, from the document of the events. */
export function useEventTypes(): readonly { name: string; about: string }[] {
  const { data } = useLoad(['event-types'], async signal => {
    const document = (await (await askRaw('/asyncapi.json', { signal })).json()) as EventDocument;
    return Object.values(document.components?.messages ?? {}).map(message => ({ name: message.name ?? '', about: message.summary ?? '' }));
  });
  return data ?? [];
}

/** "dealer.partner-changed" of "qudao.dealer.partner-changed": they all begin alike. */
export const shortType = (type: string | undefined) => (type ?? '').replace(/^qudao\./, '');

interface EventTypesPickerProps {
  value?: string[];
  onChange?: (types: string[]) => void;
  id?: string;
  label?: string;
  placeholder?: string;
  style?: React.CSSProperties;
}

/** Chooses types of events. */
export function EventTypesPicker({ value, onChange, label, ...rest }: EventTypesPickerProps) {
  const types = useEventTypes();
  return (
    <Select
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      aria-label={label}
      showSearch={{ optionFilterProp: ['label', 'title'] }}
      options={types.map(({ name, about }) => ({ value: name, label: shortType(name), title: about }))}
      value={value ?? []}
      onChange={next => onChange?.(next)}
      {...rest}
    />
  );
}
