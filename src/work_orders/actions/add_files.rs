//! Bringing files and photos: each is streamed into storage and hashed on the way, then all of them are noted at once.
//!
//! What is not noted after all does not stay; what a stopped server left behind is swept away ([`super::sweep_files`]).

use file_kinds::{HEAD, Kind, name, picture};
use futures_util::Stream;

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Digest, Error, Result};
use crate::ledger::Event;
use crate::media::blobs;
use crate::state::App;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather, NewFile, decide};
use crate::work_orders::gathered::storage;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{FilePlace, Picture};
use crate::work_orders::reads;

/// The most files in one request.
pub const AT_ONCE: usize = 20;

/// Files that lie in storage and are not yet part of the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    pub files: Vec<NewFile>,
}

/// Refuses before anything is read, where no file of whoever asks would be taken.
pub async fn may_add(orders: &Orders, asker: &Asker, order_id: &str) -> Result<()> {
    asker.must_some(Action::AddEvidence)?;
    let description = "x".repeat(1_000);
    try_out(orders, asker, order_id, |files, most| Gather::AddFiles {
        files,
        place: FilePlace::Order,
        description,
        most,
    })
    .await
}

/// The same for files that come with a comment.
pub async fn may_comment(orders: &Orders, asker: &Asker, order_id: &str) -> Result<()> {
    asker.must_some(Action::Comment)?;
    let text = "x".to_owned();
    try_out(orders, asker, order_id, |files, most| Gather::CommentWithFiles { text, files, most }).await
}

async fn try_out(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    asked: impl FnOnce(Vec<NewFile>, usize) -> Gather + Send + 'static,
) -> Result<()> {
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let most = orders.app.config.files.most_per_order;
    let asked = move |files| asked(files, most);
    let check = move |conn: &mut crate::db::AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        who.must_for(Action::ViewOrders, &tie(&order, &who.actor))?;
        let facts = service.facts(conn, who.project, &order, &who.actor)?;
        let some = NewFile {
            id: String::new(),
            name: String::new(),
            media_type: String::new(),
            size: 1,
            digest: Digest::of(b""),
            picture: None,
        };
        decide(&order, Command::Gather(asked(vec![some])), &who, &facts, &mut String::new).map(drop)
    };
    orders.app.db.read(check).await
}

/// Takes the bytes of one file into storage. `given` is its name as the sender says it.
pub async fn receive<B, E>(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    received: &mut Received,
    given: &str,
    bytes: impl Stream<Item = Result<B, E>>,
) -> Result<()>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    if received.files.len() >= AT_ONCE {
        return Err(Error::invalid(
            "file",
            format!("at most {AT_ONCE} files at once; send the others afterwards"),
        ));
    }
    let app = &orders.app;
    let (id, name) = (new_id(app.now()), name::clean(given));
    let place = storage::place(asker.project, order_id, &id);
    let taken = blobs::take(app, &place, bytes, app.config.files.max_bytes, HEAD).await;
    let taken = taken.map_err(|cause| match cause {
        Error::TooLarge(why) => Error::invalid("file", format!("“{name}” is too large: {why}")),
        other => other,
    })?;
    let media_type = Kind::of(&taken.head, &name).as_str().to_owned();
    received.files.push(NewFile {
        picture: None,
        id,
        name,
        media_type,
        size: taken.length,
        digest: taken.digest,
    });
    if let Some(file) = received.files.last_mut().filter(|file| picture_is_made(&file.media_type)) {
        file.picture = make_small(app, asker, order_id, file).await?;
    }
    Ok(())
}

fn picture_is_made(media_type: &str) -> bool {
    file_kinds::kind::is_picture(media_type)
}

/// Makes the small picture; none where the file cannot be opened, and it is kept all the same.
async fn make_small(app: &App, asker: &Asker, order_id: &str, file: &NewFile) -> Result<Option<Picture>> {
    let place = storage::place(asker.project, order_id, &file.id);
    let small_place = storage::small_place(asker.project, order_id, &file.id);
    let small = small_of(app, &place, &file.media_type).await?;
    let Some(small) = small else { return Ok(None) };
    blobs::put(app, &small_place, small.jpeg).await?;
    Ok(Some(Picture { width: small.width, height: small.height, has_place: small.has_place }))
}

/// The small picture of what lies at a place, made off the async threads and one at a time: opening takes memory.
async fn small_of(app: &App, place: &str, media_type: &str) -> Result<Option<file_kinds::Small>> {
    static ONE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);
    let Some(bytes) = blobs::whole(app, place, app.config.files.max_bytes).await? else { return Ok(None) };
    let _turn = ONE.acquire().await.map_err(Error::internal)?;
    let media_type = media_type.to_owned();
    let made = tokio::task::spawn_blocking(move || picture::small(&bytes, &media_type).ok()).await;
    // What makes a decoder stumble is a file without a small picture.
    Ok(made.unwrap_or_default())
}

/// The bytes of a small picture, made anew where they are gone; none where the file shows none.
pub async fn small_picture(
    app: &App,
    asker: &Asker,
    order_id: &str,
    file: &str,
    media_type: &str,
) -> Result<Option<Vec<u8>>> {
    let small_place = storage::small_place(asker.project, order_id, file);
    if let Some(bytes) = blobs::whole(app, &small_place, 4 << 20).await? {
        return Ok(Some(bytes));
    }
    let place = storage::place(asker.project, order_id, file);
    let Some(small) = small_of(app, &place, media_type).await? else { return Ok(None) };
    blobs::put(app, &small_place, small.jpeg.clone()).await?;
    Ok(Some(small.jpeg))
}

/// Notes the files as evidence of a place; gives what happened. Where that is refused, their bytes go.
pub async fn add_files(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    received: Received,
    place: FilePlace,
    description: String,
) -> Result<Vec<Event>> {
    let most = orders.app.config.files.most_per_order;
    let files = received.files.clone();
    let asked = Gather::AddFiles { files, place, description, most };
    let added = super::change(orders, asker, order_id, Command::Gather(asked)).await;
    settle(orders, asker, order_id, received, &added).await;
    added
}

/// Adds a comment with files.
pub async fn comment_with_files(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    received: Received,
    text: String,
) -> Result<Vec<Event>> {
    let most = orders.app.config.files.most_per_order;
    let asked = Gather::CommentWithFiles { text, files: received.files.clone(), most };
    let (service, who, id) = (orders.clone(), asker.clone(), order_id.to_owned());
    let write =
        move |tx: &mut Tx<'_>| super::comment::written(tx, &service, &who, &id, Command::Gather(asked), None);
    let added = orders.app.db.write(&asker.actor, write).await;
    settle(orders, asker, order_id, received, &added).await;
    added
}

/// Removes the bytes of what was not noted.
async fn settle(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    received: Received,
    added: &Result<Vec<Event>>,
) {
    let noted: Vec<String> = added
        .iter()
        .flatten()
        .filter_map(|event| Some(event.data().get("file")?.as_str()?.to_owned()))
        .collect();
    let unnoted = received.files.into_iter().filter(|file| !noted.contains(&file.id)).collect();
    discard(orders, asker, order_id, Received { files: unnoted }).await;
}

/// Removes the bytes of files that are not to be part of the order after all.
pub async fn discard(orders: &Orders, asker: &Asker, order_id: &str, received: Received) {
    for file in received.files {
        for place in [
            storage::place(asker.project, order_id, &file.id),
            storage::small_place(asker.project, order_id, &file.id),
        ] {
            if let Err(cause) = blobs::remove(&orders.app, &place).await {
                tracing::warn!(%cause, place, "a file that was not taken is left to be swept away");
            }
        }
    }
}
