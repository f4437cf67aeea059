//! The pages of privacy: erasing a trace, the tombstone that is left, and the settings of a project.

mod erase;
pub(in crate::traces) mod erased;

use crate::foundation::Role;
use crate::web::{Access, Routes};

/// Who sets the policy and erases.
const KEEPERS: Access = Access::AnyOf(&[Role::Admin, Role::Supervisor]);

/// Registers them. The handlers need `Data<Hooks>` of traces.
pub fn routes(routes: &mut Routes) {
    routes.get("/traces/{id}/erase", KEEPERS, erase::ask);
    routes.post("/traces/{id}/erase", KEEPERS, erase::erase);
}
