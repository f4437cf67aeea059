//! A request that a program gives a name is carried out once, however often it is sent: the same name gets the same answer.
//!
//! The name is kept before anything is done, and the answer once it is given. Between the two the server may end, or fail by its
//! own fault: then nobody knows what came of it, and the name is refused until it is forgotten, which says so. What was refused
//! is not kept, so that it may be sent again once what stood in the way is gone.

use crate::api::store::{self, RequestRow};
use crate::foundation::{Asker, Digest, Error, Result};
use crate::state::App;

/// What came of keeping a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is new: carry the request out.
    New,
    /// It was carried out: status, place and body of the answer.
    Answered(u16, String, String),
}

/// Keeps the name of a request, which this digest tells from others.
pub async fn named(app: &App, asker: &Asker, key: &str, digest: Digest) -> Result<Kept> {
    let (who, key) = (asker.clone(), key.to_owned());
    let known = app
        .db
        .write(&asker.actor, move |tx| {
            let row = RequestRow::begun(who.project, who.id(), &key, digest, tx.now());
            store::begin(tx.conn, &row)
        })
        .await?;
    let Some(known) = known else { return Ok(Kept::New) };
    if !known.is_of(digest) {
        return Err(Error::invalid(
            "Idempotency-Key",
            "this name was given to another request; give each its own",
        ));
    }
    match known.answer() {
        Some((status, location, body)) => Ok(Kept::Answered(status, location, body)),
        None => Err(Error::refused(
            "A request of this name has begun and is not answered yet. Send it again in a moment; where this stays, look at the \
             order for what came of it, and send what is missing under another name.",
        )),
    }
}

/// Keeps the answer.
pub async fn keep(app: &App, asker: &Asker, key: &str, answer: (u16, String, String)) -> Result<()> {
    let (who, key) = (asker.clone(), key.to_owned());
    let (status, location, body) = answer;
    app.db
        .write(&asker.actor, move |tx| {
            store::answer(tx.conn, (who.project, who.id(), &key), (status, &location, &body))
        })
        .await
}

/// Forgets the name of a request that was refused.
pub async fn release(app: &App, asker: &Asker, key: &str) -> Result<()> {
    let (who, key) = (asker.clone(), key.to_owned());
    app.db.write(&asker.actor, move |tx| store::forget(tx.conn, (who.project, who.id(), &key))).await
}
