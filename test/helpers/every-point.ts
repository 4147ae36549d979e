/** Whether sweeps try all their points (`IMGSYS_EVERY_POINT=1`, as `.ci/run` does), or a part that stands for them. */
export const everyPoint = process.env.IMGSYS_EVERY_POINT === '1';
