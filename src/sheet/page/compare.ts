import { make } from './dom.ts';

export interface Compare {
  readonly element: HTMLElement;
  readonly images: readonly HTMLImageElement[];
  /** Where the line between before and after is, 0 to 100 percent from the left. */
  split(): number;
  moveTo(percent: number): void;
}

/** Both sides of a picture in one frame, with a line between that can be moved; one side alone fills the frame. */
export function createCompare(name: string, before: string | undefined, after: string | undefined): Compare {
  const element = make('div', { class: 'compare' });
  const sides = [
    { side: 'before', url: before },
    { side: 'after', url: after },
  ].filter(({ url }) => url !== undefined);
  const images = sides.map(({ side, url }) => {
    const image = make('img', { alt: `${side}: ${name}`, draggable: 'false', decoding: 'async', src: url });
    element.append(make('div', { class: `layer ${side}` }, image));
    return image;
  });
  let at = 50;
  const moveTo = (percent: number) => {
    at = Math.min(100, Math.max(0, percent));
    element.style.setProperty('--split', `${at}%`);
  };
  if (sides.length === 2) element.append(make('div', { class: 'line' }));
  else element.classList.add('single');
  moveTo(50);
  return { element, images, split: () => at, moveTo };
}

/** Where a pointer is in an element, in percent from the left. */
export function percentAt(element: Element, clientX: number): number {
  const { left, width } = element.getBoundingClientRect();
  return width === 0 ? 50 : (100 * (clientX - left)) / width;
}
