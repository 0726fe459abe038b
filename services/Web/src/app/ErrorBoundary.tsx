import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useRouteError } from 'react-router';
import { State } from '../kit/states';
import { textsNow } from '../kit/texts';
import { frameTexts } from './texts';

/** What stands where something failed. */
function Broken({ fault }: { fault: unknown }) {
  const t = textsNow(frameTexts);
  const message = fault instanceof Error ? fault.message : String(fault);
  // A screen that is not there any more: Qudao was updated while the page was open.
  const isOld = /dynamically imported module|Importing a module/i.test(message);
  return (
    <State title={isOld ? t.newVersion : t.broken}>
      {!isOld && <p>{t.brokenHint}</p>}
      {!isOld && <code>{message}</code>}
      <Button type="primary" onClick={() => window.location.reload()}>
        {t.reload}
      </Button>
    </State>
  );
}

/** A screen that fails leaves the rest of the console as it is. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { fault: unknown }> {
  override state = { fault: undefined as unknown };

  static getDerivedStateFromError(fault: unknown) {
    return { fault };
  }

  override render() {
    return this.state.fault === undefined ? this.props.children : <Broken fault={this.state.fault} />;
  }
}

/** When the frame itself fails. */
export const FrameFailed = () => <Broken fault={useRouteError()} />;
