//! The list of atoms with its search box.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::foundation::Timestamp;
use crate::knowledge::lifecycle::Status;
use crate::knowledge::none_came::{NoneCame, none_came};
use crate::knowledge::reads::{self, FoundAtom};
use crate::state::App;
use crate::web::page::show as answer;
use crate::web::{Principal, Shell, WebResult, format, words};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AtomQuery {
    q: String,
    status: String,
    /// Only what rests on this claim.
    claim: String,
}

#[derive(Template)]
#[template(path = "knowledge/list.html")]
struct Page {
    shell: Shell,
    query: AtomQuery,
    statuses: Vec<(&'static str, String)>,
    atoms: Vec<FoundAtom>,
    /// Supported verdicts that no atom came of; told where nothing is searched for.
    in_vain: Vec<NoneCame>,
    none_at_all: bool,
    now: Timestamp,
}

impl Page {
    fn status_word(&self, atom: &FoundAtom) -> String {
        words::verdict(&atom.row.status)
    }

    /// Whether its status needs a word of explanation.
    fn is_in_doubt(&self, atom: &FoundAtom) -> bool {
        Status::parse(&atom.row.status) != Some(Status::Verified)
    }

    fn when(&self, atom: &FoundAtom) -> format::Time {
        format::Time::new(atom.row.created_at, self.now)
    }

    fn short(&self, id: &str) -> String {
        format::short_id(id)
    }
}

/// Shows the atoms that hold every word asked for.
pub async fn show(request: HttpRequest, app: Data<App>, query: Query<AtomQuery>) -> WebResult {
    let Principal(asker) = Principal::of(&request)?;
    let (project, query) = (asker.project, query.into_inner());
    let claim = Some(query.claim.clone()).filter(|claim| !claim.is_empty());
    let of_claim = claim.clone();
    let who = asker.clone();
    let (words, status) = (query.q.replace('\0', ""), Status::parse(&query.status));
    let (atoms, none_at_all) = app
        .db
        .read(move |conn| {
            let mut atoms = match &of_claim {
                Some(claim) => reads::of_claim(conn, project, claim)?,
                None => reads::search(conn, project, &words, status)?,
            };
            atoms = reads::shown_to(conn, &who, atoms)?;
            // What rests on a claim is told to whoever may see the claim.
            if let Some(claim) = &of_claim {
                atoms.retain(|atom| atom.sources.iter().any(|source| source.claim_id == *claim));
            }
            let none_at_all = atoms.is_empty() && reads::is_empty(conn, project)?;
            Ok((atoms, none_at_all))
        })
        .await?;
    let is_plain = query.q.is_empty() && query.status.is_empty();
    let in_vain = if is_plain { none_came(&app, &asker, claim).await? } else { Vec::new() };
    let statuses = Status::ALL.into_iter().map(|it| (it.as_str(), it.as_str().replace('_', " "))).collect();
    let shell = Shell::of(&request, "Knowledge", "knowledge");
    answer(&Page { shell, query, statuses, atoms, in_vain, none_at_all, now: app.now() })
}
