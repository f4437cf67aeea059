//! Kept filters: a name for an address of the list, for oneself or for the project ([`crate::kept_filters`]).

use actix_web::web::{Data, Path};

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::kept_filters::{self as filters_kept, Kept as Of, KeptFilter, NewKept, actions};
use crate::state::App;
use crate::web::format::shown;
use crate::web::page::see_other;
use crate::web::{Form, Principal, WebResult, flash};

use super::filters::Filters;

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
pub(super) fn kept(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<Kept>> {
    let rows = filters_kept::seen_by(conn, who.project, Of::Traces, who.id())?;
    let kept = |row: KeptFilter| Kept {
        href: format!("/traces?{}", row.query),
        name: shown(&row.name),
        is_shared: row.shared_at.is_some(),
        is_mine: row.owner == who.id(),
        owner: shown(&row.owner_name),
        id: row.filter_id,
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// POST /saved-filters
pub(super) async fn keep(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let (filters, _) = Filters::read(form.raw("query"))?;
    // What could not be listed is not kept.
    filters.wanted(app.now())?;
    if filters.is_empty() {
        return Err(Error::invalid("query", "set a filter first; then it can be kept").into());
    }
    let (name, is_shared) = (form.text("name").to_owned(), form.is_checked("shared"));
    let new = NewKept { name, query: filters.query(), is_shared };
    let row = actions::keep(&app, &who, Of::Traces, new).await?;
    Ok(flash::good(see_other(format!("/traces?{}", row.query)), "The filter is kept."))
}

/// POST /saved-filters/{id}: another name, shared or not.
pub(super) async fn change(app: Data<App>, who: Principal, id: Path<String>, form: Form) -> WebResult {
    let is_shared = form.is_checked("shared");
    let row = actions::change(&app, &who, Of::Traces, id.into_inner(), form.text("name"), is_shared).await?;
    Ok(flash::good(see_other(format!("/traces?{}", row.query)), "The filter is changed."))
}

/// POST /saved-filters/{id}/delete
pub(super) async fn delete(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    actions::give_up(&app, &who, Of::Traces, id.into_inner()).await?;
    Ok(flash::good(see_other("/traces"), "The filter is deleted."))
}
