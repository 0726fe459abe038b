import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { download } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { DayPicker, MonthPicker } from '../../kit/date';
import { today } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { texts, usePair, useTexts, type Pair } from '../../kit/texts';
import { FormSet } from './FormSet';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';

const words = texts({
  title: ['报表下载', 'Forms'],
  month: ['月份', 'Month'],
  day: ['报送日', 'Report day'],
  organisation: ['组织', 'Organisation'],
  form: ['报表', 'Form'],
  about: ['内容', 'What it holds'],
  get: ['下载', 'Download'],
  open: ['前往', 'Open'],
  each: ['逐份导出', 'One by one'],
});

interface Period {
  month: string;
  day: string;
  organisation: string;
}

interface Form {
  key: string;
  title: Pair;
  about: Pair;
  permission: string;
  needsOrganisation?: boolean;
  path: (of: Period) => string;
}

const query = (values: Record<string, string>) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString();

/** What is exported for an organisation and a period. */
const forms: readonly Form[] = [
  { key: 'surveys', title: ['附件一 市场调研表', 'Market survey'], about: ['当月调研明细', 'The survey of the month'], permission: 'dealer.surveys.export', path: ({ month, organisation }) => `surveys:export?${query({ month, organisation })}` },
  { key: 'statistics', title: ['协议统计表', 'Agreement statistics'], about: ['截至报送日的签约情况', 'What was signed by the report day'], permission: 'contract.statistics.read', needsOrganisation: true, path: ({ day, organisation }) => `agreementStatistics:export?${query({ organisation, reportDay: day })}` },
  { key: 'numbers', title: ['合同编号登记簿', 'Register of contract numbers'], about: ['领用、使用、作废', 'Issued, used and void'], permission: 'contract.numbers.read', path: ({ organisation }) => `contractNumbers:export?${query({ organisation })}` },
  { key: 'overdue', title: ['逾期应收款', 'Overdue instalments'], about: ['按机构和逾期天数', 'By partner and days overdue'], permission: 'contract.dunning.read', path: ({ organisation }) => `instalments:exportOverdue?${query({ organisation })}` },
];

/** Forms that belong to one record, and where that record is. */
const elsewhere: readonly { title: Pair; to: string; permission: string }[] = [
  { title: ['任务分解表、进度表', 'Decomposition and progress'], to: '/plans', permission: 'reporting.decompositions.read' },
  { title: ['工作日志（日、周、月）', 'Journals'], to: '/journals', permission: 'reporting.journals.read' },
  { title: ['考评表', 'Evaluation forms'], to: '/evaluations', permission: 'reporting.evaluations.read' },
  { title: ['培训签到表', 'Training attendance sheets'], to: '/trainingSessions?view=list', permission: 'training.enrolments.read' },
];

/** Every form that goes out as a file. */
export default function ReportsPage() {
  const t = useTexts(words);
  const say = usePair();
  const { can, user } = useCaller();
  const [filters, change] = useFilters('month', 'day', 'organisation');
  const [busy, setBusy] = useState('');
  const period: Period = { month: filters.month || today().slice(0, 7), day: filters.day || today(), organisation: filters.organisation || user.organisation || '' };
  const get = async (form: Form) => {
    setBusy(form.key);
    try {
      await download(`/v1/${form.path(period)}`, `${form.key}.xlsx`);
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy('');
    }
  };
  return (
    <Page title={t.title}>
      <div className="filters">
        <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 230 }} value={period.organisation} onChange={organisation => change({ organisation })} />
        <MonthPicker label={t.month} value={period.month} allowClear={false} onChange={month => change({ month })} />
        <DayPicker label={t.day} value={period.day} allowClear={false} onChange={day => change({ day })} />
      </div>
      <Panel bare>
        <PlainTable<Form>
          label={t.title}
          rows={forms.filter(form => can(form.permission))}
          rowKey={form => form.key}
          columns={[
            { key: 'form', title: t.form, heads: true, render: form => say(form.title) },
            { key: 'about', title: t.about, render: form => say(form.about) },
            {
              key: 'get',
              title: <span className="only-read">{t.get}</span>,
              align: 'right',
              render: form => (
                <Button size="small" loading={busy === form.key} disabled={form.needsOrganisation === true && period.organisation === ''} onClick={() => void get(form)} aria-label={`${t.get} ${say(form.title)}`}>
                  {t.get}
                </Button>
              ),
            },
          ]}
        />
      </Panel>
      {can('reporting.forms.read') && <FormSet organisation={period.organisation} month={period.month} />}
      <Panel title={t.each} bare>
        <ul className="todo">
          {elsewhere.filter(one => can(one.permission)).map(one => (
            <li key={one.to}>
              <Link to={one.to}>
                <b>{say(one.title)}</b>
                <span className="when">{t.open}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </Page>
  );
}
