import { stringify } from 'csv-stringify/sync';

/** What stands in each column, under its name. */
export type CsvColumns<R> = Readonly<Record<string, (record: R) => string | number | undefined>>;

// What people typed must not become a formula where the file is opened.
const options = { escape_formulas: true, record_delimiter: 'windows' } as const;

/** The line of column names, by RFC 4180. */
export const csvHead = <R>(columns: CsvColumns<R>): string => stringify([Object.keys(columns)], options);

export const csvLine = <R>(columns: CsvColumns<R>, record: R): string =>
  stringify([Object.values(columns).map((column) => column(record))], options);
