import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { State } from '../kit/states';
import { textsNow } from '../kit/texts';
import { frameTexts } from './texts';

/** A screen that fails leaves the rest of the console as it is. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state = { fault: null as Error | null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    const t = textsNow(frameTexts);
    // A screen that is not there any more: Qudao was updated while the page was open.
    const isOld = /dynamically imported module|Importing a module/i.test(fault.message);
    return (
      <State title={isOld ? t.newVersion : t.broken}>
        {!isOld && <p>{t.brokenHint}</p>}
        {!isOld && <code>{fault.message}</code>}
        <Button type="primary" onClick={() => window.location.reload()}>
          {t.reload}
        </Button>
      </State>
    );
  }
}
