/** The roles calls ask for, as the Atlas console names them ("Atlas User Roles" in the Atlas documentation). */
export const rolesAsked = {
  organizationMember: 'Organization Member',
  organizationOwner: 'Organization Owner',
  projectReadOnly: 'Project Read Only on this project',
  supportAccessManager: 'Project Support Access Manager on this project',
} as const;
