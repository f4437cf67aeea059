//! The page of privacy: the settings of a project.

mod settings;

use crate::foundation::Action;
use crate::web::{Access, Routes};

const SET: Access = Access::May(Action::SetPrivacy);

/// Registers them. The handlers need `Data<Hooks>` of traces and `Data<MaskBooks>`.
pub fn routes(routes: &mut Routes) {
    routes.get("/privacy", SET, settings::show);
    routes.post("/privacy", SET, settings::set);
    routes.post("/privacy/test", SET, settings::test);
}
