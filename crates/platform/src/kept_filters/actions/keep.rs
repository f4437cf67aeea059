//! Keep the question that a list asks now.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Error, Result};
use crate::kept_filters::model::{Kept, NewKept};
use crate::kept_filters::store::{self, KeptFilter};
use crate::state::App;

/// What one person may keep of one list in one project.
const MOST: i64 = 100;

/// Keeps it, and gives the row.
pub async fn keep(app: &App, asker: &Asker, kept: Kept, new: NewKept) -> Result<KeptFilter> {
    let name = kept.checked_name(&new.name)?;
    let who = asker.clone();
    app.db
        .write(&asker.actor, move |tx: &mut Tx<'_>| {
            if store::count_of(tx.conn, who.project, kept, who.id())? >= MOST {
                let (noun, giving_up) = (kept.noun(), kept.giving_up());
                return Err(Error::refused(format!(
                    "{MOST} {noun}s are kept already; {giving_up} one first"
                )));
            }
            if new.is_shared {
                super::check_share(tx.conn, &who, kept)?;
            }
            let now = tx.now();
            let row = KeptFilter {
                project: who.project,
                kind: kept.as_str().to_owned(),
                filter_id: new_id(now),
                owner: who.actor.id.clone(),
                owner_name: who.actor.name.clone(),
                name,
                query: new.query,
                shared_at: new.is_shared.then_some(now),
                created_at: now,
            };
            store::insert(tx.conn, &row)?;
            Ok(row)
        })
        .await
}
