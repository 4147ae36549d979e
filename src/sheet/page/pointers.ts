export interface PointerActions {
  /** Whether one pointer moves the picture; otherwise it moves the line. */
  zoomed(): boolean;
  slide(clientX: number): void;
  pan(dx: number, dy: number): void;
  by(factor: number, clientX: number, clientY: number): void;
}

/** Mouse, pen and fingers on the stage: one slides or moves, two enlarge; the wheel enlarges, too. */
export function followPointers(stage: HTMLElement, { zoomed, slide, pan, by }: PointerActions): void {
  const points = new Map<number, { x: number; y: number }>();
  let sliding = false;

  stage.addEventListener('pointerdown', (event) => {
    const { pointerId, clientX, clientY, target } = event;
    points.set(pointerId, { x: clientX, y: clientY });
    stage.setPointerCapture(pointerId);
    sliding = !zoomed() || (target instanceof Element && target.closest('#handle') !== null);
    if (sliding && points.size === 1) slide(clientX);
  });
  stage.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
    const before = points.get(pointerId);
    if (before === undefined) return;
    const other = [...points].find(([id]) => id !== pointerId)?.[1];
    points.set(pointerId, { x: clientX, y: clientY });
    if (other !== undefined) {
      const [was, is] = [before, { x: clientX, y: clientY }].map((at) =>
        Math.hypot(at.x - other.x, at.y - other.y),
      );
      if (was && is) by(is / was, (clientX + other.x) / 2, (clientY + other.y) / 2);
    } else if (sliding) slide(clientX);
    else pan(clientX - before.x, clientY - before.y);
  });
  const end = ({ pointerId }: PointerEvent) => points.delete(pointerId);
  stage.addEventListener('pointerup', end);
  stage.addEventListener('pointercancel', end);
  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      by(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX, event.clientY);
    },
    { passive: false },
  );
}
