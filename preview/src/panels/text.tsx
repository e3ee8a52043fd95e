/** Text in Markdown, sanitized as in Grafana. */
import { type PanelProps, renderMarkdown, textUtil } from '@grafana/data';
import { RenderUserContentAsHTML } from '@grafana/ui';

export function TextPanel({ options, replaceVariables }: PanelProps<{ mode?: string; content?: string }>) {
  const text = replaceVariables(options.content ?? '');
  const html = options.mode === 'html' ? textUtil.sanitize(text) : renderMarkdown(text);
  return (
    <RenderUserContentAsHTML className="markdown-html" content={html} style={{ height: '100%', overflow: 'auto' }} />
  );
}
