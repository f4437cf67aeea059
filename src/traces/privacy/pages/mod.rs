//! The pages of privacy: erasing a trace or a user, the tombstone that is left, and the settings of a project.

mod erase;
mod erase_user;
pub(in crate::traces) mod erased;
mod settings;

use crate::foundation::Role;
use crate::web::{Access, Routes};

/// Who sets the policy and erases.
const KEEPERS: Access = Access::AnyOf(&[Role::Admin, Role::Supervisor]);

/// Registers them. The handlers need `Data<Hooks>` of traces.
pub fn routes(routes: &mut Routes) {
    routes.get("/traces/{id}/erase", KEEPERS, erase::ask);
    routes.post("/traces/{id}/erase", KEEPERS, erase::erase);
    routes.get("/privacy", KEEPERS, settings::show);
    routes.post("/privacy", KEEPERS, settings::set);
    routes.post("/privacy/test", KEEPERS, settings::test);
    routes.get("/privacy/erase-user", KEEPERS, erase_user::ask);
    routes.post("/privacy/erase-user", KEEPERS, erase_user::erase);
}
