//! The page of privacy: the settings of a project.

mod settings;

use crate::foundation::Role;
use crate::web::{Access, Routes};

/// Who sets the policy.
const KEEPERS: Access = Access::AnyOf(&[Role::Admin, Role::Supervisor]);

/// Registers them. The handlers need `Data<Hooks>` of traces and `Data<MaskBooks>`.
pub fn routes(routes: &mut Routes) {
    routes.get("/privacy", KEEPERS, settings::show);
    routes.post("/privacy", KEEPERS, settings::set);
    routes.post("/privacy/test", KEEPERS, settings::test);
}
