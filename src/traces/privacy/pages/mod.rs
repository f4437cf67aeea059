//! The pages of privacy: erasing a trace or a user, the tombstone that is left, and the settings of a project.

mod erase;
mod erase_user;
pub(in crate::traces) mod erased;
mod settings;

use crate::foundation::Action;
use crate::web::{Access, Routes};

const SET: Access = Access::May(Action::SetPrivacy);
const ERASE: Access = Access::May(Action::EraseTraces);

/// Registers them. The handlers need `Data<Hooks>` of traces.
pub fn routes(routes: &mut Routes) {
    routes.get("/traces/{id}/erase", ERASE, erase::ask);
    routes.post("/traces/{id}/erase", ERASE, erase::erase);
    routes.get("/privacy", SET, settings::show);
    routes.post("/privacy", SET, settings::set);
    routes.post("/privacy/test", SET, settings::test);
    routes.get("/privacy/erase-user", ERASE, erase_user::ask);
    routes.post("/privacy/erase-user", ERASE, erase_user::erase);
}
