//! Which share of the calls that providers billed is traced, for programs that watch it.

use super::call::{Call, json as answer};
use super::operations::{Operation, Operations};
use super::query::{Kind, Param};
use super::refusal::Answer;
use crate::coverage::reads::coverage;
use crate::db::AnyConnection;
use crate::fleet::costs::{USUAL_DAYS, period};
use crate::shapes::CoverageView;
use crate::web::Access;

/// Days of a period, at most: each has a line for every model.
const MOST_DAYS: i64 = 366;

const QUERY: [Param; 1] = [Param {
    name: "period_days",
    kind: Kind::Whole(1, MOST_DAYS),
    about: "The last so many days up to now, as whole days of UTC; 30 where nothing is said.",
}];

const ABOUT: &str = "Billed are the calls that the gateway numbered and a provider answered, and those that a provider's export of \
     usage counts. Where nobody counts calls, `state` is `unknown` and there is no share: traces alone do not say what is missing.";

/// Registers the operation: whoever reads traces reads which are missing.
pub fn operations(all: &mut Operations<'_>) {
    let read = Operation::get(
        "/api/v1/coverage",
        "Costs",
        "getCoverage",
        "Read which share of the billed calls is traced",
    )
    .about(ABOUT)
    .asks(&QUERY)
    .gives::<CoverageView>(200, "The share, and what it is made of.");
    all.add(read, Access::SignedIn, show);
}

/// GET `/api/v1/coverage`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&QUERY)?;
    let days = query.text("period_days").and_then(|text| text.parse().ok()).unwrap_or(USUAL_DAYS);
    let (project, (from, to)) = (call.who.project, period(days, call.app().now()));
    let read = move |conn: &mut AnyConnection| coverage(conn, project, from, to);
    let found = call.app().db.read(read).await?;
    answer(&CoverageView::of(days, found))
}
