//! Kept views: a name for an address of the list, for oneself or for the project ([`crate::kept_filters`]).

use actix_web::web::{Data, Path};

use super::filters::{Asked, LIST};
use crate::db::AnyConnection;
use crate::foundation::{Error, Result};
use crate::kept_filters::{Kept as Of, KeptFilter, NewKept, actions, may_change, seen_by};
use crate::state::App;
use crate::web::format::shown;
use crate::web::{Form, Principal, WebResult, flash, see_other};

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
    let rows = seen_by(conn, who.project, Of::Orders, who.id())?;
    rows.into_iter().map(|row| Kept::of(row, who, asked)).collect()
}

impl Kept {
    fn of(row: KeptFilter, who: &Principal, asked: &Asked) -> Result<Self> {
        let own = Asked::parse(&row.query)?.of_view(Some(&row.filter_id));
        Ok(Self {
            name: shown(&row.name),
            href: own.address(LIST),
            is_shared: row.shared_at.is_some(),
            is_mine: row.owner == who.id(),
            owner: shown(&row.owner_name),
            may_change: may_change(&row, who),
            is_here: asked.view.as_deref() == Some(row.filter_id.as_str()),
            is_changed: !own.is_same_question(asked),
            view: row.filter_id,
        })
    }

    /// Whether what the page asks now may take the place of what the view asked.
    pub(super) fn may_take_change(&self) -> bool {
        self.is_here && self.is_changed && self.may_change
    }
}

/// POST `/work-orders/views`: `name`, `query`, `shared`.
pub(super) async fn keep(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let asked = filters_of(&form, &who, &app)?;
    let (name, is_shared) = (form.text("name").to_owned(), form.is_checked("shared"));
    let new = NewKept { name, query: asked.query(), is_shared };
    let row = actions::keep(&app, &who, Of::Orders, new).await?;
    Ok(flash::good(see_other(address_of(&row)?), "The view is kept."))
}

/// POST `/work-orders/views/{view}`: another `name`, `shared` or not.
pub(super) async fn rename(app: Data<App>, who: Principal, view: Path<String>, form: Form) -> WebResult {
    let is_shared = form.is_checked("shared");
    let row =
        actions::change(&app, &who, Of::Orders, view.into_inner(), form.text("name"), is_shared).await?;
    Ok(flash::good(see_other(address_of(&row)?), "The view is changed."))
}

/// POST `/work-orders/views/{view}/save`: what the page asks now (`query`) is the view from here on.
pub(super) async fn save(app: Data<App>, who: Principal, view: Path<String>, form: Form) -> WebResult {
    let asked = filters_of(&form, &who, &app)?;
    let row = actions::put(&app, &who, Of::Orders, view.into_inner(), asked.query()).await?;
    Ok(flash::good(see_other(address_of(&row)?), "The view is changed to these filters."))
}

/// POST `/work-orders/views/{view}/throw-away`.
pub(super) async fn throw_away(app: Data<App>, who: Principal, view: Path<String>) -> WebResult {
    actions::give_up(&app, &who, Of::Orders, view.into_inner()).await?;
    Ok(flash::good(see_other(LIST), "The view is thrown away. The orders in it stay as they are."))
}

/// The filters that a form brings along. What could not be listed is not kept.
fn filters_of(form: &Form, who: &Principal, app: &App) -> Result<Asked> {
    // Written as it is kept: what was short as it was sent may be too long to be read again, and the list reads every view.
    let asked = Asked::parse(&Asked::parse(form.raw("query"))?.query())?;
    asked.filter(who, app.now())?;
    if asked.is_narrowed() {
        Ok(asked)
    } else {
        Err(Error::invalid("query", "set a filter first; then it can be kept"))
    }
}

fn address_of(row: &KeptFilter) -> Result<String> {
    Ok(Asked::parse(&row.query)?.of_view(Some(&row.filter_id)).address(LIST))
}
