/** The right-hand side of Grafana's panel editor, for the options that the plugin itself declares. */
import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, type VizPanel } from '@grafana/scenes';
import { Field, Input, ScrollContainer, Switch, useStyles2 } from '@grafana/ui';
import { type OptionCategory, type OptionItem, optionCategories } from './option-items';
import { Section } from './section';

/** Draws nothing until the panel has its plugin. */
export function OptionsPane({ panel }: { panel: VizPanel }) {
  const styles = useStyles2(getStyles);
  const { options, title, displayMode } = panel.useState();
  const { data } = sceneGraph.getData(panel).useState();
  const plugin = panel.getPlugin();
  if (!plugin) return null;
  const series = data?.series ?? [];
  const categories = optionCategories(plugin.getPanelOptionsSupplier(), {
    options,
    data: series,
    onChange: (changed) => panel.onOptionsChange(changed, true),
  });
  return (
    <aside className={styles.pane} aria-label="Panel options">
      <ScrollContainer>
        <Section title="Panel options">
          <Field label="Title" noMargin>
            <Input
              id="panel-title"
              value={title}
              onChange={({ currentTarget }) => panel.onTitleChange(currentTarget.value)}
            />
          </Field>
          <Field label="Transparent background" noMargin>
            <Switch
              id="panel-transparent"
              value={displayMode === 'transparent'}
              onChange={({ currentTarget }) =>
                panel.onDisplayModeChange(currentTarget.checked ? 'transparent' : 'default')
              }
            />
          </Field>
        </Section>
        {categories.map((category) => (
          <Category key={category.name} category={category} series={series} options={options} />
        ))}
      </ScrollContainer>
    </aside>
  );
}

interface CategoryProps {
  category: OptionCategory;
  series: DataFrame[];
  options: object;
}

function Category({ category: { name, items }, series, options }: CategoryProps) {
  return (
    <Section title={name}>
      {items.map((entry) => (
        <Option key={entry.item.id} entry={entry} series={series} options={options} />
      ))}
    </Section>
  );
}

function Option({
  entry: { item, value, change },
  series,
  options,
}: {
  entry: OptionItem;
  series: DataFrame[];
  options: object;
}) {
  const { editor: Editor, name, description, id } = item;
  return (
    <Field label={name} description={description} htmlFor={id} noMargin>
      {/* inputs that keep their own text start anew when the value changes elsewhere */}
      <Editor
        key={JSON.stringify(value)}
        id={id}
        value={value}
        onChange={change}
        item={item}
        context={{ data: series, options }}
      />
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pane: css({
    width: 340,
    flexShrink: 0,
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
  }),
});
