//! Bringing files: their bytes stay as they came, and what cannot be taken says why.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _};

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result};
use crate::imports::model::{MOST_BYTES, MOST_FILES, MOST_OF_ONE, Waiting};
use crate::imports::store;
use crate::state::App;
use crate::web::parts::{Part, Parts};

/// The longest that sending the files of one form may take.
const LONGEST: Duration = Duration::from_mins(5);

/// Takes the files of a form and keeps them; the ids of those that came, in their order. A file that is refused is kept by its
/// name and the reason alone.
pub async fn bring(app: &App, asker: &Asker, mut parts: Parts) -> Result<Vec<String>> {
    asker.must(Action::CreateDraft)?;
    let (who, now) = (asker.clone(), app.now());
    let waiting = app.db.read(move |conn| store::of(conn, &who, now)).await?;
    let mut room = Room {
        files: MOST_FILES.saturating_sub(waiting.len()),
        bytes: MOST_BYTES.saturating_sub(waiting.iter().map(|file| file.bytes.len()).sum()),
    };
    let read = tokio::time::timeout(LONGEST, receive(&mut parts, &mut room, app));
    let files = match read.await {
        Ok(Ok(files)) => files,
        Ok(Err(cause)) => {
            parts.drain(4 * MOST_BYTES as u64).await;
            return Err(cause);
        }
        Err(_) => {
            return Err(Error::invalid("file", "sending took longer than five minutes; send fewer files"));
        }
    };
    if files.is_empty() {
        return Err(Error::invalid("file", "choose at least one file"));
    }
    let ids = files.iter().map(|file| file.id.clone()).collect();
    let who = asker.clone();
    let keep = move |tx: &mut crate::db::Tx<'_>| {
        let now = tx.now();
        store::forget_old(tx.conn, now)?;
        files.iter().try_for_each(|file| store::put(tx.conn, &who, file))
    };
    app.db.write(&asker.actor, keep).await?;
    Ok(ids)
}

/// What may still come.
struct Room {
    files: usize,
    bytes: usize,
}

async fn receive(parts: &mut Parts, room: &mut Room, app: &App) -> Result<Vec<Waiting>> {
    let mut files = Vec::new();
    while let Some(part) = parts.next().await? {
        let Part::File { given, bytes } = part else { continue };
        let fault = (room.files == 0).then(|| {
            format!("{MOST_FILES} files wait already: take some or put them away, then choose this one again")
        });
        let (bytes, fault) = match fault {
            Some(fault) => (Vec::new(), Some(fault)),
            None => one(bytes, room).await?,
        };
        // Beyond what may wait a few refusals are told, and not thousands.
        if room.files == 0 && files.len() >= MOST_FILES + 10 {
            continue;
        }
        room.files = room.files.saturating_sub(1);
        let refused = fault.unwrap_or_default();
        let name = file_kinds::name::clean(&given);
        files.push(Waiting {
            id: new_id(app.now()),
            name,
            bytes,
            refused,
            choices: String::new(),
            at: app.now(),
        });
    }
    Ok(files)
}

/// The bytes of a file, or why they are not taken; what is too much is read past.
async fn one<B, E>(
    mut field: impl Stream<Item = std::result::Result<B, E>> + Unpin,
    room: &mut Room,
) -> Result<(Vec<u8>, Option<String>)>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(chunk) = field.next().await {
        let chunk = chunk
            .map_err(|cause| Error::invalid("file", format!("this file did not come whole: {cause}")))?;
        let chunk = chunk.as_ref();
        length += chunk.len();
        if length <= MOST_OF_ONE.min(room.bytes) {
            bytes.extend_from_slice(chunk);
        }
    }
    if length > MOST_OF_ONE {
        return Ok((
            Vec::new(),
            Some(format!("it has {length} bytes; at most {MOST_OF_ONE} are read. Split it")),
        ));
    }
    if length > room.bytes {
        let most = MOST_BYTES >> 20;
        return Ok((
            Vec::new(),
            Some(format!("the files that wait would have more than {most} MiB together; take some first")),
        ));
    }
    room.bytes -= length;
    Ok((bytes, None))
}
