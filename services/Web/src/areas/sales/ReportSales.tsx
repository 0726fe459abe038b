import { Alert, Button, Drawer } from 'antd';
import { useRef, useState, type ClipboardEvent } from 'react';
import { api, ask, newRequestId } from '../../api/client';
import { CallFailed } from '../../api/problem';
import { queries } from '../../api/queries';
import { DayPicker } from '../../kit/date';
import { today } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { salesTexts } from './texts';

interface Line {
  partner: string | undefined;
  productCode: string;
  quantity: string;
  day: string;
  /** What is wrong with it, as the server or the paste found. */
  faults: string[];
}

const empty = (): Line => ({ partner: undefined, productCode: '', quantity: '', day: today(), faults: [] });

/** A grid to report sales in: typed, or pasted from a spreadsheet. */
export function ReportSales({ onClose }: { onClose: () => void }) {
  const t = useTexts(salesTexts);
  const [lines, setLines] = useState<Line[]>([empty()]);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const requestId = useRef(newRequestId());
  const change = (index: number, next: Partial<Line>) => setLines(lines.map((line, at) => (at === index ? { ...line, ...next, faults: [] } : line)));

  const paste = async (event: ClipboardEvent) => {
    const rows = event.clipboardData.getData('text/plain').split(/\r?\n/).filter(row => row.trim() !== '').map(row => row.split('\t').map(cell => cell.trim()));
    // One cell alone is pasted where the cursor is, as always.
    if (rows.length < 2 && (rows[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    setBusy(true);
    const found = await Promise.all(rows.map(cells => lineOf(cells, t.unknownPartner)));
    setBusy(false);
    setLines([...lines.filter(line => line.partner !== undefined || line.productCode !== '' || line.quantity !== ''), ...found]);
  };

  const send = async () => {
    setBusy(true);
    setFailure('');
    try {
      await ask(api.POST('/v1/dailySales:report', { body: { lines: lines.map(({ partner, productCode, quantity, day }) => ({ partner: partner ?? '', productCode, quantity: quantity || '0', day })), requestId: requestId.current } }));
      toast(t.saved(String(lines.length)));
      void queries.invalidateQueries({ queryKey: ['daily-sales'] });
      onClose();
    } catch (fault) {
      if (fault instanceof CallFailed && !fault.isUnreachable) requestId.current = newRequestId();
      const violations = fault instanceof CallFailed ? (fault.problem?.violations ?? []) : [];
      const atLine = (index: number) => violations.filter(one => one.field?.startsWith(`lines[${index}]`)).map(one => one.message ?? '');
      setLines(lines.map((line, index) => ({ ...line, faults: atLine(index) })));
      setFailure(violations.filter(one => !/^lines\[\d+\]/.test(one.field ?? '')).map(one => one.message).join('；') || (violations.length === 0 ? (fault instanceof Error ? fault.message : String(fault)) : ''));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Drawer
      open
      title={t.reportTitle}
      onClose={onClose}
      size={Math.min(860, window.innerWidth)}
      mask={{ closable: false }}
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>{t.close}</Button>
          <Button type="primary" loading={busy} onClick={() => void send()}>
            {t.report}
          </Button>
        </div>
      }
    >
      <p className="muted">{t.pasteHint}</p>
      {failure !== '' && <Alert type="error" role="alert" title={failure} style={{ margin: '10px 0' }} />}
      <table className="versions grid-entry" onPaste={event => void paste(event)}>
        <thead>
          <tr>
            {[t.partner, t.product, t.quantity, t.date, ''].map(title => (
              <th scope="col" key={title}>
                {title || <span className="only-read">{t.remove}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index} className={line.faults.length > 0 ? 'differs' : undefined}>
              <td>
                <PartnerPicker label={t.partner} value={line.partner} onChange={partner => change(index, { partner })} style={{ width: '100%' }} />
                {line.faults.map(fault => (
                  <div key={fault} className="bad">
                    {fault}
                  </div>
                ))}
              </td>
              <td>
                <input className="cell" aria-label={t.product} value={line.productCode} onChange={event => change(index, { productCode: event.target.value })} />
              </td>
              <td>
                <input className="cell" aria-label={t.quantity} inputMode="numeric" value={line.quantity} onChange={event => change(index, { quantity: event.target.value.replace(/\D/g, '') })} />
              </td>
              <td>
                <DayPicker label={t.date} value={line.day} allowClear={false} disabled={day => day > today()} onChange={day => change(index, { day: day ?? today() })} />
              </td>
              <td>
                <Button size="small" type="text" onClick={() => setLines(lines.filter((_, at) => at !== index))}>
                  {t.remove}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button size="small" onClick={() => setLines([...lines, empty()])}>
        {t.addRow}
      </Button>
    </Drawer>
  );
}

/** A pasted row: the partner by its name, then product, quantity and, where it is there, the day. */
async function lineOf([name = '', productCode = '', quantity = '', day = '']: readonly string[], unknown: string): Promise<Line> {
  const { partners } = await ask(api.GET('/v1/partners', { params: { query: { query: name.slice(0, 50), pageSize: 5 } } }));
  const partner = partners?.find(one => one.displayName === name)?.name;
  return {
    partner,
    productCode,
    quantity: quantity.replace(/\D/g, ''),
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : today(),
    faults: partner === undefined ? [`${unknown}：${name}`] : [],
  };
}
