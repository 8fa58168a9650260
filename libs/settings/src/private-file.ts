const ownerOnly = 0o600;
const alsoOurGroup = 0o640;

/**
 * The widest mode that a file with a secret may have: nobody but its owner may open it. One that root owns, while we are
 * somebody else, may also be read by its group: so a cluster lends a secret to a process that is not root. (PostgreSQL
 * holds the key of its certificate to the same rule.)
 *
 * @param owner user id of the file's owner
 * @param self our own user id; none where there are no user ids
 */
export function widestMode(owner: number, self: number | undefined): number {
  return owner === 0 && self !== undefined && self !== 0 ? alsoOurGroup : ownerOnly;
}
