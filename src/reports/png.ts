import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const { resolve } = createRequire(import.meta.url);
const fonts = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'];

let ready: Promise<Uint8Array[]> | undefined;

/** Loads the renderer and the font when a picture is wanted first. */
async function load(): Promise<Uint8Array[]> {
  await initWasm(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Promise.all(fonts.map((font) => readFile(resolve(`@expo-google-fonts/inter/${font}`))));
}

/** Renders SVG as PNG, at twice its size. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  ready ??= load();
  const renderer = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontBuffers: await ready, defaultFontFamily: 'Inter', loadSystemFonts: false },
  });
  try {
    return renderer.render().asPng();
  } finally {
    renderer.free();
  }
}
