import { BellOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { api, ask } from '../api/client';
import { useLoad } from '../api/queries';
import { useCaller } from '../kit/caller';
import { useTexts } from '../kit/texts';
import { frameTexts } from './texts';

const ASK_AGAIN_MS = 20_000;

/**
 * How much the caller has not read yet. Asked for now and then: a stream in each open tab would use up the few connections
 * that a browser makes to one address.
 */
export function Bell() {
  const t = useTexts(frameTexts);
  const { can, user } = useCaller();
  const mayRead = can('reporting.notifications.read') && !user.passwordTemporary;
  const count = useLoad(['notifications', 'unread'], signal => ask(api.GET('/v1/notifications:countUnread', { signal })), { enabled: mayRead, refetchInterval: ASK_AGAIN_MS });
  const unread = Number(count.data?.unread ?? 0);
  return (
    mayRead && (
      <Link className="bell" to="/notifications" aria-label={t.notifications(unread)}>
        <BellOutlined />
        {unread > 0 && <i>{unread > 99 ? '99+' : unread}</i>}
      </Link>
    )
  );
}
