//! Kept filters: a name for an address of the list, for oneself or for the project.
//!
//! What is kept is the query as our own reader writes it, so that no address of anybody else's can be kept. Only its
//! owner renames, shares or deletes one; an admin may delete what is shared.

use actix_web::web::{Data, Path};

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Error, ProjectKey, Result, Tie, Timestamp};
use crate::state::App;
use crate::traces::reads::saved::{self, SavedFilter};
use crate::web::format::shown;
use crate::web::page::see_other;
use crate::web::{Form, Principal, WebResult, flash};

use super::filters::Filters;

/// What one person may keep in one project.
const MOST: usize = 100;
/// What may be shared in one project: everybody sees all of it, with their own.
const MOST_SHARED: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 80;

/// A kept filter as the page shows it.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_shared: bool,
    pub(super) is_mine: bool,
    pub(super) owner: String,
}

/// What somebody sees: their own, and what is shared.
pub(super) fn kept(
    conn: &mut crate::db::AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<Vec<Kept>> {
    let rows = saved::seen_by(conn, project, account)?;
    Ok(rows
        .into_iter()
        .map(|row| Kept {
            href: format!("/traces?{}", row.query),
            name: shown(&row.name),
            is_shared: row.shared_at.is_some(),
            is_mine: row.owner == account,
            owner: shown(&row.owner_name),
            id: row.filter_id,
        })
        .collect())
}

/// POST /saved-filters
pub(super) async fn keep(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let name = name_of(&form)?;
    let (filters, _) = Filters::read(form.raw("query"))?;
    // What could not be listed is not kept.
    filters.wanted(app.now())?;
    if filters.is_empty() {
        return Err(Error::invalid("query", "set a filter first; then it can be kept").into());
    }
    let (project, owner, is_shared) = (who.project, who.actor.id.clone(), form.is_checked("shared"));
    let owner_name = who.actor.name.clone();
    let query = filters.query();
    let address = format!("/traces?{query}");
    let actor = who.actor.clone();
    let write = app.db.write(&actor, move |tx| {
        let now = tx.now();
        if saved::count_of(tx.conn, project, &owner)? >= MOST {
            return Err(Error::refused(format!("{MOST} filters are kept already; delete one first")));
        }
        if is_shared {
            room_to_share(tx.conn, project)?;
        }
        let row = SavedFilter {
            project,
            filter_id: new_id(now),
            owner,
            owner_name,
            name,
            query,
            shared_at: is_shared.then_some(now),
            created_at: now,
        };
        saved::insert(tx.conn, &row)
    });
    write.await?;
    Ok(flash::good(see_other(address), "The filter is kept."))
}

/// POST /saved-filters/{id}: another name, shared or not.
pub(super) async fn change(app: Data<App>, who: Principal, id: Path<String>, form: Form) -> WebResult {
    let (name, is_shared) = (name_of(&form)?, form.is_checked("shared"));
    let (asker, id) = (who.clone(), id.into_inner());
    let actor = who.actor.clone();
    let write = app.db.write(&actor, move |tx| {
        let row = visible(saved::one(tx.conn, asker.project, &id)?, &asker)?;
        if row.owner != asker.actor.id {
            return Err(Error::forbidden(format!("only {} can change this filter", row.owner_name)));
        }
        if is_shared && row.shared_at.is_none() {
            room_to_share(tx.conn, asker.project)?;
        }
        let shared_at: Option<Timestamp> = is_shared.then(|| row.shared_at.unwrap_or(tx.now()));
        saved::update(tx.conn, asker.project, &id, &name, shared_at)?;
        Ok(row.query)
    });
    let query = write.await?;
    Ok(flash::good(see_other(format!("/traces?{query}")), "The filter is changed."))
}

/// POST /saved-filters/{id}/delete
pub(super) async fn delete(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let (asker, id) = (who.clone(), id.into_inner());
    let actor = who.actor.clone();
    let write = app.db.write(&actor, move |tx| {
        let row = visible(saved::one(tx.conn, asker.project, &id)?, &asker)?;
        let is_author = row.owner == asker.actor.id;
        if !asker.may_for(Action::ChangeSavedFilter, &Tie { is_author, ..Tie::default() }) {
            return Err(Error::forbidden(format!(
                "only {} or an admin can delete this filter",
                row.owner_name
            )));
        }
        saved::delete(tx.conn, asker.project, &id)
    });
    write.await?;
    Ok(flash::good(see_other("/traces"), "The filter is deleted."))
}

fn room_to_share(conn: &mut crate::db::AnyConnection, project: ProjectKey) -> Result<()> {
    if saved::shared(conn, project)? < MOST_SHARED {
        return Ok(());
    }
    Err(Error::refused(format!(
        "{MOST_SHARED} filters are shared in this project already: keep this one to yourself, or delete a shared one \
         that nobody needs; an admin may delete anybody's"
    )))
}

/// What is private to somebody else does not exist for the asker.
fn visible(row: Option<SavedFilter>, asker: &Principal) -> Result<SavedFilter> {
    row.filter(|row| row.owner == asker.actor.id || row.shared_at.is_some())
        .ok_or_else(|| Error::not_found("this filter"))
}

fn name_of(form: &Form) -> Result<String> {
    let name = form.required("name", "give the filter a name")?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("name", format!("write at most {LONGEST_NAME} characters")));
    }
    Ok(name.to_owned())
}
