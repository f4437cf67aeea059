//! Knowledge: supported statements that hold every word that is asked for.

use super::call::{Call, json};
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, Kind, LIMIT, Param};
use super::refusal::Answer;
use crate::db::AnyConnection;
use crate::knowledge::Status;
use crate::knowledge::reads;
use crate::shapes::{AtomPage, AtomView};
use crate::web::Access;

const FILTERS: [Param; 4] = [
    Param { name: "q", kind: Kind::Text(200), about: "Words that a statement holds, all of them." },
    Param {
        name: "status",
        kind: Kind::OneOf(&[
            "candidate",
            "needs_context",
            "verified",
            "contested",
            "superseded",
            "retracted",
            "expired",
            "rejected",
        ]),
        about: "Statements that stand so.",
    },
    LIMIT,
    AFTER,
];

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let search = Operation::get("/api/v1/atoms", "Knowledge", "searchAtoms", "Look for knowledge")
        .about("The newest hundred that fit. An atom is one statement that an auditor found supported, with the words it rests on.")
        .asks(&FILTERS)
        .gives::<AtomPage>(200, "A page of statements.");
    all.add(search, Access::SignedIn, show);
}

/// GET `/api/v1/atoms`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&FILTERS)?;
    let (who, words) = (call.who.clone(), query.text("q").unwrap_or_default().to_owned());
    let status = query.text("status").and_then(Status::parse);
    let read = move |conn: &mut AnyConnection| {
        let found = reads::search(conn, who.project, &words, status)?;
        reads::shown_to(conn, &who, found)
    };
    let all = call.app().db.read(read).await?;
    let (page, next) = cut(all, &query, |atom| atom.row.atom_id.clone())?;
    json(&AtomPage { data: page.into_iter().map(AtomView::from).collect(), next })
}
