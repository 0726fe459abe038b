import type { QueryKey } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { deviceOf } from './device';
import { minute } from './formats';
import { Tag } from './page';
import { Rows, type Column, type LoadPage } from './table';
import { texts, useTexts } from './texts';

export type SessionInfo = Schemas['gateway.SessionInfo'];

const words = texts({
  title: ['登录', 'Sessions'],
  device: ['设备', 'Device'],
  address: ['地址', 'Address'],
  begun: ['登录时间', 'Signed in'],
  used: ['最近使用', 'Last used'],
  expires: ['到期', 'Ends'],
  current: ['当前', 'This one'],
  none: ['没有登录', 'No sessions'],
});

interface SessionRowsProps {
  queryKey: QueryKey;
  load: LoadPage<SessionInfo>;
  /** What may be done with one. */
  actions?: (session: SessionInfo) => ReactNode;
  filters?: ReactNode;
}

/** Where somebody is signed in, the newest first. */
export function SessionRows({ queryKey, load, actions, filters }: SessionRowsProps) {
  const t = useTexts(words);
  const columns: Column<SessionInfo>[] = [
    { key: 'device', title: t.device, phone: 'title', render: row => <span title={row.client}>{deviceOf(row.client)} {row.current && <Tag tone="info">{t.current}</Tag>}</span> },
    { key: 'address', title: t.address, width: 150, render: row => <span className="num">{row.address || '–'}</span> },
    { key: 'begun', title: t.begun, width: 150, phone: 'none', render: row => <span className="num">{minute(row.createTime)}</span> },
    { key: 'used', title: t.used, width: 150, render: row => <span className="num">{minute(row.lastUseTime)}</span> },
    { key: 'expires', title: t.expires, width: 150, phone: 'none', render: row => <span className="num">{minute(row.expireTime)}</span> },
    ...(actions ? [{ key: 'actions', title: '', width: 90, phone: 'end' as const, render: (row: SessionInfo) => <span className="row-actions">{actions(row)}</span> }] : []),
  ];
  return (
    <div className="boxed-rows">
      <Rows<SessionInfo> label={t.title} queryKey={queryKey} load={load} columns={columns} rowKey={row => row.name!} filters={filters} empty={<p className="state">{t.none}</p>} />
    </div>
  );
}
