//! Being left alone until a moment: nothing is mailed and nothing counted; the list fills all the same.

use crate::db::Tx;
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::notices::model::Settings;
use crate::notices::store;
use crate::state::App;

/// The longest that somebody is left alone: a year.
const LONGEST: i64 = 366 * 86_400_000_000;

/// Until this moment; none ends it.
pub async fn quiet(app: &App, asker: &Asker, until: Option<Timestamp>) -> Result<()> {
    let now = app.now();
    if until.is_some_and(|until| until <= now || until > now.plus_micros(LONGEST)) {
        return Err(Error::invalid("until", "choose a day within a year from now"));
    }
    let who = asker.clone();
    let write = move |tx: &mut Tx<'_>| {
        let before = store::settings(tx.conn, who.project, who.id())?;
        let settings = Settings { quiet_until: until, ..before };
        store::put_settings(tx.conn, who.project, who.id(), &settings)
    };
    app.db.write(&asker.actor, write).await
}
