import { parentPort, workerData } from 'node:worker_threads';
import { chartSvg } from './chart.ts';
import type { ChartModel } from './chart-model.ts';
import { pngOf } from './png.ts';

// A thread for one picture: what the renderer takes of memory goes with it.
parentPort?.postMessage(await pngOf(chartSvg(workerData as ChartModel)));
