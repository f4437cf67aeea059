//! The routes of the first page, of the guide and of the first steps.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::{self, first_steps, guide, mentions};

/// Registers them.
pub fn routes(routes: &mut Routes) {
    routes.get("/", Access::SignedIn, pages::show);
    routes.post("/mentions/open", Access::SignedIn, mentions::open);
    routes.get("/guide", Access::SignedIn, guide::show);
    routes.post("/first-steps/sample", Access::May(Action::CreateDraft), first_steps::sample);
    routes.get("/first-steps/test-key", Access::May(Action::ManagePeople), first_steps::ask);
    routes.post("/first-steps/test-key", Access::May(Action::ManagePeople), first_steps::test_key);
}
