export interface Zoom {
  /** Screen pixels for each pixel of the fitted picture. */
  scale(): number;
  /** From the whole picture to its true size, to twice that, and back. */
  next(): void;
  by(factor: number, clientX?: number, clientY?: number): void;
  pan(dx: number, dy: number): void;
  fit(): void;
}

const mostScale = 40;

/** Moves and enlarges all `images` in step; `stage` is what they are seen through. */
export function createZoom(
  stage: HTMLElement,
  images: readonly HTMLImageElement[],
  onChange: (percent: number) => void,
): Zoom {
  let scale = 1;
  let x = 0;
  let y = 0;

  function apply(): void {
    const { width, height } = stage.getBoundingClientRect();
    const [spareX, spareY] = [(width * (scale - 1)) / 2, (height * (scale - 1)) / 2];
    x = Math.min(spareX, Math.max(-spareX, x));
    y = Math.min(spareY, Math.max(-spareY, y));
    for (const image of images) image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle('zoomed', scale > 1);
    onChange(Math.round((100 * scale) / trueScale()));
  }

  // The largest of the pictures decides: an enlarged result is looked at by its own pixels.
  function trueScale(): number {
    const { width, height } = stage.getBoundingClientRect();
    const scales = images.map(({ naturalWidth, naturalHeight }) =>
      Math.max(naturalWidth / width, naturalHeight / height),
    );
    return Math.max(...scales) || 1;
  }

  function set(wanted: number, clientX?: number, clientY?: number): void {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const next = Math.min(mostScale, Math.max(1, wanted));
    // What is under the pointer stays under it.
    const fromX = clientX === undefined ? 0 : clientX - left - width / 2;
    const fromY = clientY === undefined ? 0 : clientY - top - height / 2;
    x = fromX - (fromX - x) * (next / scale);
    y = fromY - (fromY - y) * (next / scale);
    scale = next;
    apply();
  }

  return {
    scale: () => scale,
    next() {
      const full = Math.max(1, trueScale());
      const steps = [1, full, 2 * full].filter(
        (step, at, all) => at === 0 || step > (all[at - 1] ?? 0) * 1.02,
      );
      set(steps.find((step) => step > scale * 1.02) ?? 1);
    },
    by: (factor, clientX, clientY) => set(scale * factor, clientX, clientY),
    pan(dx, dy) {
      x += dx;
      y += dy;
      apply();
    },
    fit: () => set(1),
  };
}
