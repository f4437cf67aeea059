//! The pages of prices: the list with what is in force and what nobody knows, one price, and pricing anew.
//!
//! Everybody with an account reads; supervisors and admins change. Nothing here changes a stored cost but the page that
//! says so and shows the difference first.

mod form;
mod lines;
mod list;
mod reprice;
mod show;

use crate::foundation::{Action, Error, FieldErrors, Timestamp};
use crate::web::{Access, Principal, Routes};

/// Registers the pages.
pub fn routes(routes: &mut Routes) {
    routes.get("/prices", Access::SignedIn, list::show);
    routes.post("/prices", Access::May(Action::ChangePrices), list::submit);
    routes.get("/prices/reprice", Access::May(Action::Reprice), reprice::show);
    routes.post("/prices/reprice", Access::May(Action::Reprice), reprice::submit);
    routes.get("/prices/{id}", Access::SignedIn, show::show);
}

fn may_change(who: &Principal) -> bool {
    who.must(Action::ChangePrices).is_ok()
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
