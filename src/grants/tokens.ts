import { createHash } from 'node:crypto';

/**
 * What lets a program ask whether support may enter: about one organization, and there about all targets or these. The
 * token itself is kept nowhere.
 */
export interface AccessToken {
  /** `tokenHash` of the token. */
  readonly _id: string;
  readonly schemaVersion: 1;
  /** By which people name it; it tells nothing of the token. */
  readonly id: string;
  /** For people: what it is for. */
  readonly label: string;
  readonly organizationId: string;
  /** Ids of targets; absent: every target that there is or will be. */
  readonly targets?: readonly string[];
  readonly createdAt: Date;
  /** The operator's name. */
  readonly createdBy: string;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  readonly revokedBy?: string;
  /** To within an hour. */
  readonly lastUsedAt?: Date;
}

/** What every token begins with, so that people and scanners of secrets recognize one. */
export const tokenPrefix = 'pcd_';

/**
 * SHA-256 in hexadecimal digits. A token is 256 random bits: nobody finds one by trying, so it needs no salt and no slow
 * hash, and whoever reads the hashes has no token.
 */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A token that was revoked opens nothing after this time. */
export const revokedWithinMs = 5_000;

export type TokenStanding = 'good' | 'expired' | 'revoked';

export function tokenStanding({ expiresAt, revokedAt }: AccessToken, now: Date): TokenStanding {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'good';
}

/** Whether it may ask about this target of its organization. */
export const mayAskAbout = ({ targets }: AccessToken, targetId: string): boolean =>
  targets === undefined || targets.includes(targetId);
