//! The pages of prices: the list with what is in force and what nobody knows, one price, and pricing anew.
//!
//! Everybody with an account reads; supervisors and admins change. Nothing here changes a stored cost but the page that
//! says so and shows the difference first.

mod form;
mod lines;
mod list;
mod reprice;
mod show;

use crate::foundation::{Error, FieldErrors, Role, Timestamp};
use crate::web::{Access, Principal, Routes};

/// Who may change prices.
const CHANGERS: &[Role] = &[Role::Supervisor, Role::Admin];

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/prices", Access::SignedIn, list::show);
    routes.post("/prices", Access::AnyOf(CHANGERS), list::submit);
    routes.get("/prices/reprice", Access::AnyOf(CHANGERS), reprice::show);
    routes.post("/prices/reprice", Access::AnyOf(CHANGERS), reprice::submit);
    routes.get("/prices/{id}", Access::SignedIn, show::show);
}

fn may_change(who: &Principal) -> bool {
    CHANGERS.iter().any(|role| who.has(*role))
}

/// What can be mended in a form is shown beside it.
fn mendable(error: Error) -> Result<FieldErrors, Error> {
    match error {
        Error::Invalid(errors) => Ok(errors),
        other => Err(other),
    }
}

/// `2026-11-01`.
fn day_of(at: Timestamp) -> String {
    at.to_chrono().format("%Y-%m-%d").to_string()
}
