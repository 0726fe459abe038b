import { theme, type ThemeConfig } from 'antd';

/** Calm blue on white, or on near-black; text and links reach 4.5:1 everywhere. */
export function themeOf(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#3a78b8' : '#155a9c',
      colorInfo: dark ? '#3a78b8' : '#155a9c',
      colorLink: dark ? '#7db8f0' : '#155a9c',
      colorError: dark ? '#f2706b' : '#c62f2a',
      colorTextTertiary: dark ? 'rgba(255,255,255,0.62)' : 'rgba(0,0,0,0.62)',
      colorTextDescription: dark ? 'rgba(255,255,255,0.65)' : 'rgba(0,0,0,0.62)',
      colorTextPlaceholder: dark ? 'rgba(255,255,255,0.58)' : 'rgba(0,0,0,0.56)',
      // Ant Design waits for the end of a motion; who wants none is spared it there, not by style sheets.
      motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      borderRadius: 5,
      fontSize: 14,
      fontFamily: "-apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none' },
    },
  };
}
