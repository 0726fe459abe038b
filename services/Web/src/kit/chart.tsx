import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { isDark, useSettings } from './settings';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A chart in the console's colours. What it shows is told in words too, for who cannot see it. */
export function Chart({ option, label, height = 280 }: { option: EChartsCoreOption; label: string; height?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const { theme } = useSettings();
  const dark = isDark(theme);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = init(element);
    const axis = { axisLine: { lineStyle: { color: colour('--line') } }, axisLabel: { color: colour('--muted') }, splitLine: { lineStyle: { color: colour('--line-soft') } } };
    const within = (name: 'xAxis' | 'yAxis') => ({ ...axis, ...(option[name] as object) });
    chart.setOption({
      animation: false,
      color: [colour('--accent'), '#c98a1b', '#4c9a6a', '#9a6bb5'],
      grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      // The tooltip is drawn, not made of markup: the content-security policy lets no style attribute in.
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: colour('--panel'), borderColor: colour('--line'), textStyle: { color: colour('--text') } },
      legend: { top: 0, right: 8, textStyle: { color: colour('--muted') } },
      ...option,
      xAxis: within('xAxis'),
      yAxis: within('yAxis'),
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, dark]);

  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}
