//! What people are: pure types and rules. What they may do stands in `foundation::permission`.

mod account;
mod key;
mod project;
mod roles;

pub use account::{AccountId, AccountKind, Email, PersonName, UserCode, check_new_password};
pub use key::{KeyLabel, PublicKey, SecretKey};
pub use project::{ProjectId, ProjectName};
pub use roles::effective_roles;

pub use crate::foundation::permission::{Scope, Scopes};

use crate::foundation::Role;

/// The roles the owner gets, in one: separation of duties is judged per work order, not per person.
pub const OWNER_ROLES: [Role; 4] = [Role::Admin, Role::Supervisor, Role::Technician, Role::Auditor];
