/**
 * Who PostgreSQL runs as. It refuses to run as root, so as root it gets the unprivileged `nobody`, which exists on
 * every Linux; everybody else runs it as themselves.
 */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
  /** To be spread into `spawn`'s options. */
  readonly spawnOptions: { readonly uid?: number; readonly gid?: number };
  readonly isOther: boolean;
}

const NOBODY = 65_534;

export const choosePostgresUser = (): PostgresUser => {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { uid, gid, spawnOptions: {}, isOther: false };
  return { uid: NOBODY, gid: NOBODY, spawnOptions: { uid: NOBODY, gid: NOBODY }, isOther: true };
};
