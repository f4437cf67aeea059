//! What can be found, one file a source. Each asks by itself whether its reader may see what it finds.

mod claims;
mod exact;
mod knowledge;
mod orders;
mod people;
mod things;
mod traces;

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::state::App;

use super::asked::Asked;
use super::found::{Group, Hit};

/// Things shown of one kind.
const MOST: usize = 20;
/// One more, which says that there are more.
const ONE_MORE: i64 = 21;

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What has exactly this number, code or id.
    pub(super) exact: Vec<Hit>,
    /// The rest, without empty groups.
    pub(super) groups: Vec<Group>,
    /// What is to be said of a source that found nothing.
    pub(super) notes: Vec<String>,
}

/// Looks everywhere that this person may look.
pub(super) async fn find(app: &App, asker: &Asker, asked: &Asked) -> Result<Found> {
    let (who, wanted, now) = (asker.clone(), asked.clone(), app.now());
    let mut found = app.db.read(move |conn| in_rows(conn, &who, &wanted, now)).await?;
    if asked.has_words() {
        let group = traces::words(app, asker, asked).await?.without(&found.exact);
        found.groups.push(group);
    }
    for group in found.groups.iter().filter(|group| group.hits.is_empty() && !group.note.is_empty()) {
        found.notes.push(format!("{}: {}", group.title, group.note));
    }
    found.groups.retain(|group| !group.hits.is_empty());
    Ok(found)
}

fn in_rows(conn: &mut AnyConnection, asker: &Asker, asked: &Asked, now: Timestamp) -> Result<Found> {
    let exact = exact::find(conn, asker, asked, now)?;
    let mut groups = Vec::new();
    if asked.has_words() {
        groups.push(orders::words(conn, asker, asked, now)?);
        groups.push(things::assets(conn, asker, asked)?);
        groups.push(things::procedures(conn, asker, asked)?);
        groups.push(people::words(conn, asker, asked)?);
        groups.push(knowledge::words(conn, asker, asked)?);
        groups.push(claims::words(conn, asker, asked)?);
    }
    let groups = groups.into_iter().map(|group| group.cut(MOST).without(&exact)).collect();
    Ok(Found { exact, groups, notes: Vec::new() })
}
