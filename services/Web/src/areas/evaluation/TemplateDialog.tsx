import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { FormDialog } from '../../kit/form';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices } from '../../kit/words';
import { evaluationCycle, scoreKind } from '../../words/evaluation';
import { role } from '../../words/roles';
import { evaluationTexts } from './texts';

type Template = Schemas['reporting.EvaluationTemplate'];

/** What somebody is measured by: indicators with their formulas, and whose scores count how much. A change makes a new version; what was begun keeps its own. */
export function TemplateDialog({ template, open, onClose }: { template: Template | null; open: boolean; onClose: () => void }) {
  const t = useTexts(evaluationTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Template>
      title={template ? t.edit : t.newTemplate}
      open={open}
      onClose={onClose}
      within="evaluationTemplate"
      draft={template?.name ?? 'evaluation-template.new'}
      initial={template ?? { cycle: 'EVALUATION_CYCLE_MONTHLY', active: true, indicators: [{ displayName: '', weight: 100, formula: '' }], weights: [{ kind: 'SCORE_KIND_COMPUTED', weight: 100 }] }}
      submit={async (values, requestId) => {
        if (template)
          await ask(
            api.PATCH('/v1/evaluationTemplates/{evaluationTemplate}', {
              params: { path: { evaluationTemplate: template.name!.split('/')[1]! }, query: { updateMask: 'displayName,indicators,weights,active' } },
              body: { ...values, etag: template.etag ?? '' },
            }),
          );
        else await ask(api.POST('/v1/evaluationTemplates', { params: { query: { requestId } }, body: values }));
        toast(t.saved);
        void queries.invalidateQueries({ queryKey: ['evaluation-templates'] });
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={50} />
      </Form.Item>
      {!template && (
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
          <Form.Item name="cycle" label={t.cycle} rules={required}>
            <Select options={choices(evaluationCycle)} />
          </Form.Item>
          <Form.Item name="role" label={t.forRole} rules={required}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={choices(role)} />
          </Form.Item>
        </div>
      )}
      <h3 className="part-title">{t.indicators}</h3>
      <Form.List name="indicators">
        {(fields, { add, remove }) => (
          <>
            {fields.map(field => (
              <fieldset key={field.key} className="part">
                <div style={{ display: 'grid', gridTemplateColumns: '1fr 120px', gap: 12 }}>
                  <Form.Item name={[field.name, 'displayName']} label={t.indicator} rules={required}>
                    <Input maxLength={50} />
                  </Form.Item>
                  <Form.Item name={[field.name, 'weight']} label={t.percent} rules={required}>
                    <InputNumber min={1} max={100} precision={0} style={{ width: '100%' }} />
                  </Form.Item>
                </div>
                <Form.Item name={[field.name, 'formula']} label={t.formula} extra={t.formulaHint} rules={required}>
                  <Input maxLength={500} spellCheck={false} />
                </Form.Item>
                {fields.length > 1 && (
                  <Button size="small" onClick={() => remove(field.name)}>
                    {t.remove}
                  </Button>
                )}
              </fieldset>
            ))}
            <Button size="small" onClick={() => add({ weight: 10 })}>{t.addIndicator}</Button> <Sum of="indicators" />
          </>
        )}
      </Form.List>
      <h3 className="part-title">{t.weights}</h3>
      <Form.List name="weights">
        {(fields, { add, remove }) => (
          <>
            {fields.map(field => (
              <fieldset key={field.key} className="part">
                <div style={{ display: 'grid', gridTemplateColumns: '1fr 120px', gap: 12 }}>
                  <Form.Item name={[field.name, 'kind']} label={t.kind} rules={required}>
                    <Select options={choices(scoreKind)} />
                  </Form.Item>
                  <Form.Item name={[field.name, 'weight']} label={t.percent} rules={required}>
                    <InputNumber min={1} max={100} precision={0} style={{ width: '100%' }} />
                  </Form.Item>
                </div>
                {fields.length > 1 && (
                  <Button size="small" onClick={() => remove(field.name)}>
                    {t.remove}
                  </Button>
                )}
              </fieldset>
            ))}
            <Button size="small" onClick={() => add({ kind: 'SCORE_KIND_SUPERIOR', weight: 10 })}>{t.addWeight}</Button> <Sum of="weights" />
          </>
        )}
      </Form.List>
      <Form.Item name="active" valuePropName="checked" style={{ marginTop: 16 }}>
        <Checkbox>{t.active}</Checkbox>
      </Form.Item>
    </FormDialog>
  );
}

/** What the weights add up to. */
function Sum({ of }: { of: 'indicators' | 'weights' }) {
  const t = useTexts(evaluationTexts);
  const lines = (Form.useWatch(of, Form.useFormInstance<Template>()) ?? []) as readonly ({ weight?: number } | undefined)[];
  const sum = lines.reduce((total, line) => total + (line?.weight ?? 0), 0);
  return <span className={sum === 100 ? 'muted' : 'bad'}>{t.sumIs(sum)}</span>;
}
