import { Alert, Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { api, ask, download, newRequestId } from '../../api/client';
import { count, number } from '../../kit/formats';
import { OperationProgress, useOperation } from '../../kit/operation';
import { Panel } from '../../kit/page';
import { texts, useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { useChoices, type Enum } from '../../kit/words';
import { formKind } from '../../words/reporting';

const words = texts({
  title: ['整套报表（压缩包）', 'A set of forms (.zip)'],
  about: ['把一个组织一段时间的全部表格生成一个压缩包，附目录；缺少的表格在目录中说明原因。', 'Every form of an organisation and a period in one file with an index, which says why when one is missing.'],
  period: ['期间', 'Period'],
  kinds: ['全部表格', 'Every form'],
  below: ['包括下级组织', 'Organisations below it too'],
  make: ['生成', 'Make it'],
  making: ['正在生成', 'Making the forms'],
  get: ['下载压缩包', 'Download'],
  done: [(forms: string, missing: string) => `已生成 ${forms} 份，${missing} 份未能生成`, (forms: string, missing: string) => `${forms} forms made, ${missing} could not be`],
  failed: ['没有生成', 'It was not made'],
});

interface Made {
  fileName?: string;
  forms?: string;
  missing?: string;
}

/** Makes a set of forms as long work: its progress is shown, it can be stopped, and a link to it finds it again. */
export function FormSet({ organisation, month }: { organisation: string; month: string }) {
  const t = useTexts(words);
  const choices = useChoices();
  const [{ set }, change] = useFilters('set');
  const [period, setPeriod] = useState('');
  const [kinds, setKinds] = useState<Enum<'reporting.FormKind'>[]>([]);
  const [below, setBelow] = useState(false);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const operation = set ? `reporting/operations/${set}` : undefined;
  const state = useOperation(operation);
  const error = state.data?.error?.message ?? (state.isError ? state.error.message : undefined);
  const made = state.data?.done && !error ? (JSON.parse(state.data.resultJson || '{}') as Made) : undefined;
  const running = operation !== undefined && !state.data?.done && !state.isError;
  const year = month.slice(0, 4);
  const quarter = `${year}-Q${Math.ceil(Number(month.slice(5)) / 3)}`;

  const make = async () => {
    setBusy(true);
    setFailure('');
    try {
      const begun = await ask(api.POST('/v1/forms:exportSet', { body: { organisation, period: period || month, kinds, below, requestId: newRequestId() } }));
      change({ set: begun.name?.split('/').at(-1) });
    } catch (fault) {
      setFailure(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Panel title={t.title}>
      <p className="muted">{t.about}</p>
      <div className="filters" style={{ margin: '12px 0' }}>
        <Select aria-label={t.period} style={{ width: 130 }} value={period || month} options={[month, quarter, year].map(one => ({ value: one, label: one }))} onChange={setPeriod} />
        <Select mode="multiple" allowClear maxTagCount="responsive" aria-label={t.kinds} placeholder={t.kinds} style={{ width: 260 }} options={choices(formKind)} value={kinds} onChange={setKinds} />
        <Checkbox checked={below} onChange={event => setBelow(event.target.checked)}>
          {t.below}
        </Checkbox>
        <Button type="primary" loading={busy} disabled={organisation === '' || running} onClick={() => void make()}>
          {t.make}
        </Button>
      </div>
      {failure !== '' && <Alert type="error" role="alert" title={failure} />}
      {running && <OperationProgress operation={state.data} label={t.making} />}
      {error && <Alert type="error" role="alert" title={t.failed} description={error} />}
      {made && (
        <Alert
          type={number(made.missing) > 0 ? 'warning' : 'success'}
          title={t.done(count(made.forms ?? 0), count(made.missing ?? 0))}
          action={
            <Button size="small" type="primary" onClick={() => void download(`/v1/${operation}/formSet:download?requestId=${newRequestId()}`, made.fileName ?? 'forms.zip').catch(fault => toast(String(fault.message)))}>
              {t.get}
            </Button>
          }
        />
      )}
    </Panel>
  );
}
