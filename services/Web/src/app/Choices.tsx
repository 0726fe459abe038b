import { BgColorsOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { queries } from '../api/queries';
import { changeSettings, useSettings, type Theme } from '../kit/settings';
import { useTexts } from '../kit/texts';
import { frameTexts } from './texts';

/** Chinese or English; what the server words itself is asked for again. */
export function LanguageButton() {
  const t = useTexts(frameTexts);
  const { lang } = useSettings();
  const next = lang === 'en' ? 'zh-CN' : 'en';
  return (
    <Button
      type="text"
      lang={next}
      onClick={() => {
        changeSettings({ lang: next });
        void queries.invalidateQueries();
      }}
    >
      {t.otherLanguage}
    </Button>
  );
}

/** Light, dark, or as the system has it. */
export function ThemeButton() {
  const t = useTexts(frameTexts);
  const { theme } = useSettings();
  const choices: Theme[] = ['light', 'dark', 'system'];
  return (
    <Dropdown
      trigger={['click']}
      menu={{ selectable: true, selectedKeys: [theme], items: choices.map(key => ({ key, label: t[key] })), onClick: ({ key }) => changeSettings({ theme: key as Theme }) }}
    >
      <Button type="text" aria-label={t.theme} icon={<BgColorsOutlined />} />
    </Dropdown>
  );
}
