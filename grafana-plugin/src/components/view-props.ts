import type { Part } from '../options/options';
import type { Density } from './grid/card-layout';
import type { SectionListProps } from './sections/SectionList';

/** Props of every view of the board. */
export interface ViewProps extends Pick<SectionListProps, 'sections' | 'label' | 'collapsed' | 'onToggle' | 'onOpen'> {
  /** For the content, without the scroll bar, in pixels. */
  width: number;
  /** 0 for panels that grow with their content. */
  height: number;
  parts: ReadonlySet<Part>;
  cardWidth: number;
  density: Density;
  showHeadings: boolean;
}
