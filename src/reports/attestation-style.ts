/** Light in any surroundings; fits A4 and Letter, with heads of tables on each page and no row cut in two. */
export const attestationStyle = `
  :root { color-scheme: light; }
  body { font: 14px/1.45 Inter, system-ui, sans-serif; color: #1d1c1d; background: #fff; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0 0 1rem; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; break-after: avoid; }
  p { max-width: 46rem; overflow-wrap: anywhere; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }
  dt { color: #5c5a5e; }
  dd { margin: 0; overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; font-size: .85rem; table-layout: fixed; }
  th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #d5d3d6; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  pre { font-size: .85rem; background: #f4f3f5; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
  @page { margin: 15mm; }
  @media print {
    body { margin: 0; padding: 0; max-width: none; font-size: 9.5pt; }
    p { max-width: none; }
    pre { border: 1px solid #d5d3d6; background: none; }
  }
`;
