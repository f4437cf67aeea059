//! What is done with kept filters, one file per verb.

mod change;
mod give_up;
mod keep;
mod put;

pub use change::change;
pub use give_up::give_up;
pub use keep::keep;
pub use put::put;

use super::model::Kept;
use super::store::{self, KeptFilter};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};

/// What may be shared in one project of one list: everybody sees all of it, with their own.
const MOST_SHARED: i64 = 200;

/// One that this person may change. What is private to somebody else does not exist for them, an admin not left out.
fn own(conn: &mut AnyConnection, asker: &Asker, kept: Kept, id: &str) -> Result<KeptFilter> {
    let row = store::one(conn, asker.project, kept, id)?;
    let row = row.filter(|row| row.owner == asker.id() || row.shared_at.is_some());
    let row = row.ok_or_else(|| Error::not_found(format!("this {}", kept.noun())))?;
    if super::may_change(&row, asker) {
        return Ok(row);
    }
    let (owner, noun) = (&row.owner_name, kept.noun());
    Err(Error::forbidden(format!("Only {owner} or an admin changes this {noun}. Keep one of your own.")))
}

fn check_share(conn: &mut AnyConnection, asker: &Asker, kept: Kept) -> Result<()> {
    if let Some(action) = kept.sharing() {
        asker.must(action)?;
    }
    if store::shared(conn, asker.project, kept)? < MOST_SHARED {
        return Ok(());
    }
    let (noun, giving_up) = (kept.noun(), kept.giving_up());
    Err(Error::refused(format!(
        "{MOST_SHARED} {noun}s are shared in this project already: keep this one to yourself, or {giving_up} a shared one that nobody \
         needs; an admin may do that with anybody's"
    )))
}
