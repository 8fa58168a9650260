/**
 * What the services say to each other, and nothing else: no framework, no database, no bus. An operation
 * ({@link defineOperation}) has a subject, the principals that may ask it, both shapes and its refusals; an event
 * ({@link defineEvent}) has a type, its shapes and the principals that may hear it. The permissions of the bus, the network
 * policies and the picture in the README are made from these two ({@link operations}, {@link events}).
 *
 * A refusal is a {@link Problem} of the closed list {@link problems}. {@link services} and {@link principals} are the closed
 * lists of who answers and who asks. The shapes of names, ids, realms and users stand here once, as Zod schemas: types are
 * inferred from them.
 *
 * Fields are only added, as optional ones; a new meaning is a new subject. The library knows no dialect of the gateway and
 * holds no rule about what is stored.
 */
export {
  type AttributeDeclaration,
  type AttributeDefinition,
  attributeDefinitionOf,
  fitsAttribute,
} from './attributes.js';
export {
  createApplication,
  deleteApplication,
  disableApplication,
  enableApplication,
  listApplications,
  rotateApplicationKey,
  showApplication,
  showCredential,
} from './authentication/application.js';
export {
  applicationCreated,
  applicationDeleted,
  applicationDisabled,
  applicationEnabled,
  applicationKeyRotated,
  passwordErased,
  passwordMismatched,
  passwordSet,
  passwordsExported,
  passwordsImported,
  realmChanged,
  realmCreated,
  requestsRefused,
} from './authentication/events.js';
export { changePassword, longestPasswordText, registerUser, resetPassword } from './authentication/password.js';
export { createRealm, listRealms, setRealm, showRealm } from './authentication/realm.js';
export {
  type ClaimVerdict,
  claimRequest,
  judgeDate,
  type RefusalReason,
  reportRefusals,
} from './authentication/request.js';
export { eraseUser, exportPasswords, importUsers, longestPasswordHash } from './authentication/user.js';
export {
  groupCreated,
  groupDeleted,
  groupRenamed,
  memberAdded,
  memberRemoved,
  secretsExported,
  userCreated,
  userErased,
  userMarked,
  userRenamed,
  userUpdated,
} from './directory/events.js';
export { exportSecrets, exportUsers, mostExportedAtOnce } from './directory/export.js';
export {
  addMembers,
  createGroup,
  deleteGroup,
  listGroups,
  listMembers,
  mostAssociations,
  removeMembers,
  renameGroup,
  showGroup,
} from './directory/group.js';
export {
  type ImportedUser,
  type ImportOutcome,
  importedUser,
  importUserRecords,
  longestImportDetail,
  mostImportedAtOnce,
} from './directory/import.js';
export {
  checkSecret,
  countUsers,
  createUser,
  eraseUserRecord,
  listUsers,
  markUser,
  renameUser,
  resolveUser,
  showProfile,
  showUser,
  updateUser,
  userOrders,
  withdrawUserIds,
} from './directory/user.js';
export {
  type Actor,
  actorKinds,
  defineEvent,
  type EventDefinition,
  type EventEnvelope,
  eventEnvelope,
  eventSubject,
  type Via,
  via,
} from './event.js';
export { foldName, unassignedIn } from './fold-name.js';
export {
  applicationId,
  applicationKey,
  groupName,
  isWellFormedText,
  largestPage,
  longestName,
  realmName,
  realmSpelling,
  reservedRealmNames,
  text,
  userId,
  uuid,
} from './names.js';
export {
  defineOperation,
  type Operation,
  type RefusalOf,
  type ReplyInput,
  type ReplyOf,
  type RequestInput,
  type RequestOf,
} from './operation.js';
export {
  type CommonProblemCode,
  isProblemCode,
  Problem,
  type ProblemBody,
  type ProblemCode,
  problems,
} from './problem.js';
export {
  fieldOfFileName,
  fieldOfProperty,
  propertyGroups,
  propertyNames,
  propertyOfField,
  questionNames,
} from './property-aliases.js';
export {
  changedSettings,
  keptRealmSettings,
  type Permission,
  permissions,
  type RealmProfile,
  type RealmSettings,
  realmProfiles,
  realmSettings,
} from './realm.js';
export { adoptRealmIn, commonEvents, commonOperations, events, operations } from './registry.js';
export type { AdoptRealmOperation, CommonOperations } from './service-operations.js';
export {
  type OwningService,
  type Principal,
  principals,
  type RealmKeeper,
  type RunningService,
  realmKeepers,
  runningServices,
  services,
  startOrder,
} from './services.js';
export { unicodeVersion } from './unicode-tables.js';
export {
  aliases,
  attributeName,
  contactKinds,
  type EmailAddress,
  type EmailChange,
  longestValue,
  mostAttributes,
  mostEmails,
  mostGroups,
  mostPhones,
  mostQuestions,
  type Phone,
  type PhoneChange,
  type Profile,
  questionAndAnswer,
  questionKey,
  type User,
  type UserChanges,
  type UserChangesInput,
  type UserState,
  user,
  userChanges,
  userStates,
} from './user.js';
export { productVersion } from './version.js';
