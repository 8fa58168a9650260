export { createServiceDatabase, rolesOf, type ServiceRoles } from './database-roles.js';
