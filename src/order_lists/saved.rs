//! Kept views: a name for an address of the list, for oneself or for the project.
//!
//! What is kept is the filters as our own reader writes them, so that no address of anybody else's can be kept; who sees what behind it is
//! asked anew whenever it is opened. Its author or an admin changes it and throws it away; a supervisor or an admin shares one.

use actix_web::web::{Data, Path};

use super::filters::{Asked, LIST};
use super::store::{self, ViewRow};
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Error, ProjectKey, Result, Tie};
use crate::state::App;
use crate::web::format::shown;
use crate::web::{Form, Principal, WebResult, flash, see_other};

/// What one person may keep in one project.
const MOST: i64 = 100;
/// What may be shared in one project: everybody sees all of it, with their own.
const MOST_SHARED: i64 = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 80;

/// A kept view as the page shows it.
pub(super) struct Kept {
    pub(super) view: String,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_shared: bool,
    pub(super) is_mine: bool,
    pub(super) owner: String,
    /// Whether this reader may rename it, change it and throw it away.
    pub(super) may_change: bool,
    /// Whether the reader came from it.
    pub(super) is_here: bool,
    /// Whether the page asks something else by now.
    pub(super) is_changed: bool,
}

/// What somebody sees: their own, and what is shared.
pub(super) fn kept(conn: &mut AnyConnection, who: &Principal, asked: &Asked) -> Result<Vec<Kept>> {
    let rows = store::seen_by(conn, who.project, &who.actor.id)?;
    rows.into_iter().map(|row| Kept::of(row, who, asked)).collect()
}

impl Kept {
    fn of(row: ViewRow, who: &Principal, asked: &Asked) -> Result<Self> {
        let own = Asked::parse(&row.query)?.of_view(Some(&row.view_id));
        Ok(Self {
            name: shown(&row.name),
            href: own.address(LIST),
            is_shared: row.shared_at.is_some(),
            is_mine: row.owner == who.actor.id,
            owner: shown(&row.owner_name),
            may_change: may_change(&row, who),
            is_here: asked.view.as_deref() == Some(row.view_id.as_str()),
            is_changed: !own.is_same_question(asked),
            view: row.view_id,
        })
    }

    /// Whether what the page asks now may take the place of what the view asked.
    pub(super) fn may_take_change(&self) -> bool {
        self.is_here && self.is_changed && self.may_change
    }
}

/// POST `/work-orders/views`: `name`, `query`, `shared`.
pub(super) async fn keep(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let name = name_of(&form)?;
    let asked = filters_of(&form, &who, &app)?;
    let is_shared = form.is_checked("shared");
    let (asker, actor) = (who.clone(), who.actor.clone());
    let write = app.db.write(&actor, move |tx: &mut Tx<'_>| {
        let now = tx.now();
        if store::count_of(tx.conn, asker.project, &asker.actor.id)? >= MOST {
            return Err(Error::refused(format!("{MOST} views are kept already; throw one away first")));
        }
        if is_shared {
            check_share(tx.conn, &asker)?;
        }
        let row = ViewRow {
            project: asker.project,
            view_id: new_id(now),
            owner: asker.actor.id.clone(),
            owner_name: asker.actor.name.clone(),
            name,
            query: asked.query(),
            shared_at: is_shared.then_some(now),
            created_at: now,
        };
        store::insert(tx.conn, &row)?;
        address_of(&row)
    });
    Ok(flash::good(see_other(write.await?), "The view is kept."))
}

/// POST `/work-orders/views/{view}`: another `name`, `shared` or not.
pub(super) async fn rename(app: Data<App>, who: Principal, view: Path<String>, form: Form) -> WebResult {
    let (name, is_shared) = (name_of(&form)?, form.is_checked("shared"));
    let (asker, actor, view) = (who.clone(), who.actor.clone(), view.into_inner());
    let write = app.db.write(&actor, move |tx: &mut Tx<'_>| {
        let row = own(tx.conn, &asker, &view)?;
        if is_shared && row.shared_at.is_none() {
            check_share(tx.conn, &asker)?;
        }
        let shared_at = is_shared.then(|| row.shared_at.unwrap_or(tx.now()));
        let row = ViewRow { name, shared_at, ..row };
        store::update(tx.conn, &row)?;
        address_of(&row)
    });
    Ok(flash::good(see_other(write.await?), "The view is changed."))
}

/// POST `/work-orders/views/{view}/save`: what the page asks now (`query`) is the view from here on.
pub(super) async fn save(app: Data<App>, who: Principal, view: Path<String>, form: Form) -> WebResult {
    let asked = filters_of(&form, &who, &app)?;
    let (asker, actor, view) = (who.clone(), who.actor.clone(), view.into_inner());
    let write = app.db.write(&actor, move |tx: &mut Tx<'_>| {
        let row = own(tx.conn, &asker, &view)?;
        let row = ViewRow { query: asked.query(), ..row };
        store::update(tx.conn, &row)?;
        address_of(&row)
    });
    Ok(flash::good(see_other(write.await?), "The view is changed to these filters."))
}

/// POST `/work-orders/views/{view}/throw-away`.
pub(super) async fn throw_away(app: Data<App>, who: Principal, view: Path<String>) -> WebResult {
    let (asker, actor, view) = (who.clone(), who.actor.clone(), view.into_inner());
    let write = app.db.write(&actor, move |tx: &mut Tx<'_>| {
        let row = own(tx.conn, &asker, &view)?;
        store::discard(tx.conn, asker.project, &row.view_id)
    });
    write.await?;
    Ok(flash::good(see_other(LIST), "The view is thrown away. The orders in it stay as they are."))
}

/// The filters that a form brings along. What could not be listed is not kept.
fn filters_of(form: &Form, who: &Principal, app: &App) -> Result<Asked> {
    let asked = Asked::parse(form.raw("query"))?;
    asked.filter(who, app.now())?;
    if asked.is_narrowed() {
        Ok(asked)
    } else {
        Err(Error::invalid("query", "set a filter first; then it can be kept"))
    }
}

fn address_of(row: &ViewRow) -> Result<String> {
    Ok(Asked::parse(&row.query)?.of_view(Some(&row.view_id)).address(LIST))
}

fn may_change(row: &ViewRow, who: &Principal) -> bool {
    let is_author = row.owner == who.actor.id;
    who.may_for(Action::ChangeSavedFilter, &Tie { is_author, ..Tie::default() })
}

/// A view that this person may change. What is private to somebody else does not exist for them, an admin not left out.
fn own(conn: &mut AnyConnection, who: &Principal, view: &str) -> Result<ViewRow> {
    let row = store::one(conn, who.project, view)?;
    let row = row.filter(|row| row.owner == who.actor.id || row.shared_at.is_some());
    let row = row.ok_or_else(|| Error::not_found("this view"))?;
    if may_change(&row, who) {
        return Ok(row);
    }
    Err(Error::forbidden(format!(
        "Only {} or an admin changes this view. Keep one of your own.",
        row.owner_name
    )))
}

fn check_share(conn: &mut AnyConnection, who: &Principal) -> Result<()> {
    who.must(Action::ShareView)?;
    room_to_share(conn, who.project)
}

fn room_to_share(conn: &mut AnyConnection, project: ProjectKey) -> Result<()> {
    if store::shared(conn, project)? < MOST_SHARED {
        return Ok(());
    }
    Err(Error::refused(format!(
        "{MOST_SHARED} views are shared in this project already: keep this one to yourself, or throw a shared one away that nobody needs"
    )))
}

fn name_of(form: &Form) -> Result<String> {
    let name = form.required("name", "give the view a name")?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("name", format!("write at most {LONGEST_NAME} characters")));
    }
    Ok(name.to_owned())
}
