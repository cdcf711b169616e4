import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';
import { read } from './project.ts';

export interface CopyStep {
  /** The stage that it copies from; undefined for the project's folder. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly to: string;
}

export interface Stage {
  readonly name: string | undefined;
  readonly image: string;
  readonly copies: readonly CopyStep[];
  /** The arguments of each instruction of that kind, such as RUN, as they are written. */
  said(keyword: string): string[];
}

export const containerfile = read('manifests/Containerfile');

/** The stages of the container file, the last of which is the image. */
export function stages(): Stage[] {
  const parsed = DockerfileParser.parse(containerfile);
  const froms = parsed.getFROMs();
  return froms.map((from, index) => {
    const begin = from.getRange().start.line;
    const end = froms[index + 1]?.getRange().start.line ?? Number.POSITIVE_INFINITY;
    const within = ({ start }: { start: { line: number } }): boolean => start.line >= begin && start.line < end;
    const saying = (instructions: readonly Instruction[]): Instruction[] =>
      instructions.filter((instruction) => within(instruction.getRange()));
    return {
      name: from.getBuildStage() ?? undefined,
      image: from.getImage() ?? '',
      copies: parsed
        .getCOPYs()
        .filter((copy) => within(copy.getRange()))
        .map(copyStep),
      said: (keyword) =>
        saying(parsed.getInstructions())
          .filter((instruction) => instruction.getKeyword() === keyword)
          .map((instruction) => instruction.getArgumentsContent() ?? ''),
    };
  });
}

function copyStep(copy: Copy): CopyStep {
  const places = copy.getArguments().map((argument) => argument.getValue());
  return { from: copy.getFromFlag()?.getValue() ?? undefined, sources: places.slice(0, -1), to: places.at(-1) ?? '' };
}
