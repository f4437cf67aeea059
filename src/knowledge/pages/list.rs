//! The list of atoms with its search box.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::foundation::Timestamp;
use crate::knowledge::lifecycle::Status;
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
}

#[derive(Template)]
#[template(path = "knowledge/list.html")]
struct Page {
    shell: Shell,
    query: AtomQuery,
    statuses: Vec<(&'static str, String)>,
    atoms: Vec<FoundAtom>,
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
    let project = Principal::of(&request)?.project;
    let query = query.into_inner();
    let (words, status) = (query.q.replace('\0', ""), Status::parse(&query.status));
    let (atoms, none_at_all) = app
        .db
        .read(move |conn| {
            let atoms = reads::search(conn, project, &words, status)?;
            let none_at_all = atoms.is_empty() && reads::is_empty(conn, project)?;
            Ok((atoms, none_at_all))
        })
        .await?;
    let statuses = Status::ALL.into_iter().map(|it| (it.as_str(), it.as_str().replace('_', " "))).collect();
    let shell = Shell::of(&request, "Knowledge", "knowledge");
    answer(&Page { shell, query, statuses, atoms, none_at_all, now: app.now() })
}
